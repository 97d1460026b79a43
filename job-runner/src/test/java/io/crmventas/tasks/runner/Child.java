package io.crmventas.tasks.runner;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A runner in its own JVM, so that a test can send signals to it. */
public final class Child {
    private final Process process;
    private final Path terminationLog;
    private final CompletableFuture<String> err;

    private Child(Process process, Path terminationLog) {
        this.process = process;
        this.terminationLog = terminationLog;
        this.err = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
    }

    static Child start(Class<?> main, Map<String, String> environment, Path terminationLog, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            return new Child(builder.start(), terminationLog);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the child has printed this line. */
    public Child awaitLine(String line) {
        try {
            BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
            String read = reader.readLine();
            while (read != null && !read.equals(line)) {
                read = reader.readLine();
            }
            assertTrue(read != null, "the child ended before it printed " + line);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends SIGTERM, as the kubelet does. {@link Process#destroy} would also close the child's output. */
    public Child terminate() {
        process.toHandle().destroy();
        return this;
    }

    /** Sends SIGKILL, as the kernel does when a node runs out of memory. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    public Launch.Ended awaitEnd() {
        try {
            String out = process.inputReader(StandardCharsets.UTF_8)
                    .lines()
                    .reduce("", (before, line) -> before + line + "\n");
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the child did not end within 60 s");
            return new Launch.Ended(process.exitValue(), out, err.join(), Launch.read(terminationLog));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(InputStream stream) {
        try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
