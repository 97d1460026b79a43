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
 * The runner as a pod starts it, inside this JVM. Every launch that ends is searched for its secrets: all it printed
 * and its termination log.
 */
public final class Launch {
    private final Map<String, String> environment = new HashMap<>();
    private final Set<String> canaries = new LinkedHashSet<>();
    private TaskCatalog catalog = FakeTask.catalog(run -> {});

    /** How a launch ended. */
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

    /** No waiting between attempts, and short limits, unless a test says otherwise. */
    public static Launch quick() {
        return new Launch()
                .with("CRM_TASK_RETRY_INITIAL_DELAY", "0s")
                .with("CRM_TASK_TIMEOUT", "20s")
                .with("CRM_TASK_NAME", "cleanup")
                .with("CRM_TASK_NAMESPACE", "crm");
    }

    /** What the output is searched for, whole and in part. */
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
        return searched(
                new Ended(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8), read(log)));
    }

    /** The same in a process of its own. */
    public Child start(Class<?> main, String... arguments) {
        Path log = terminationLog();
        return Child.start(main, environment(), log, List.of(arguments));
    }

    public Ended searched(Ended ended) {
        String everything = ended.out() + ended.err() + ended.terminationLog();
        for (String canary : canaries) {
            assertFalse(everything.contains(canary), () -> "a secret got out: " + ended);
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
