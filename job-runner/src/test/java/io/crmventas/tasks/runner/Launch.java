package io.crmventas.tasks.runner;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.contract.RunReportCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Starts the runner inside this JVM, with the environment of a pod. A launch fails the test when its output or its
 * termination log contains a secret.
 */
public final class Launch {
    private final Map<String, String> environment = new HashMap<>();
    private final Set<String> canaries = new LinkedHashSet<>();
    private TaskCatalog catalog = FakeTask.catalog(run -> {});

    /** Exit code, output and termination log of a launch. */
    public record Ended(int exit, String out, String err, String terminationLog) {
        public RunReport report() {
            return RunReportCodec.decode(terminationLog).orElseThrow(() -> new AssertionError("no report: " + this));
        }

        public String lastLine() {
            return out.lines().reduce("", (before, line) -> line);
        }
    }

    public Launch with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** A launch with short limits and without delay between attempts. A test can override each of them. */
    public static Launch quick() {
        return new Launch()
                .with("CRM_TASK_RETRY_INITIAL_DELAY", "0s")
                .with("CRM_TASK_TIMEOUT", "20s")
                .with("CRM_TASK_NAME", "cleanup")
                .with("CRM_TASK_NAMESPACE", "crm");
    }

    /** Adds a secret that the launch must not print. */
    public Launch canary(String secret) {
        canaries.add(secret);
        return this;
    }

    public Launch doing(FakeTask.Work work) {
        catalog = FakeTask.catalog(work);
        return this;
    }

    public Launch tasks(TaskCatalog tasks) {
        catalog = tasks;
        return this;
    }

    public Map<String, String> environment() {
        return Map.copyOf(environment);
    }

    public Ended run(String... arguments) {
        Path log = terminationLog();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = RunnerMain.execute(
                new Console(
                        environment(),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        catalog),
                arguments);
        return assertNoSecret(
                new Ended(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8), read(log)));
    }

    /** Starts the runner in its own process. */
    public Child start(Class<?> main, String... arguments) {
        Path log = terminationLog();
        return Child.start(main, environment(), log, List.of(arguments));
    }

    public Ended assertNoSecret(Ended ended) {
        String everything = ended.out() + ended.err() + ended.terminationLog();
        for (String canary : canaries) {
            assertFalse(everything.contains(canary), () -> "the output contains a secret: " + ended);
        }
        assertTrue(ended.terminationLog().getBytes(StandardCharsets.UTF_8).length <= RunReportCodec.MAX_BYTES);
        return ended;
    }

    private Path terminationLog() {
        try {
            Path log = Files.createTempFile("termination", ".log");
            log.toFile().deleteOnExit();
            environment.put("CRM_TERMINATION_LOG", log.toString());
            return log;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
