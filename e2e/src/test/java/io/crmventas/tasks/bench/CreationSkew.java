package io.crmventas.tasks.bench;

import io.crmventas.tasks.bench.Contender.Recipe;
import io.crmventas.tasks.testing.LocalApiServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The time from the scheduled time of a Job to its creation, over one period of many tasks with the same interval.
 *
 * <p>Arguments: the number of tasks, then the operator's command.
 */
public final class CreationSkew {
    private static final Duration PERIOD = Duration.ofMinutes(5);
    private static final String PLAIN = """
            apiVersion: batch/v1
            kind: CronJob
            spec:
              schedule: "*/5 * * * *"
              concurrencyPolicy: Forbid
              jobTemplate:
                spec:
                  template:
                    spec: {restartPolicy: Never, containers: [{name: runner, image: x}]}
            """;

    private CreationSkew() {}

    public static void main(String[] arguments) throws Exception {
        int size = Integer.parseInt(arguments[0]);
        List<String> command = Arrays.stream(arguments).skip(1).toList();
        System.out.printf("%-50s%12s%10s%10s%10s%18s%n", size + " of", "p50", "p90", "p99", "most", "most a minute");
        tasks("tasks, interval: 5m", size, "interval: 5m", command);
        tasks("tasks, schedule: '@every 5m'", size, "schedule: '@every 5m'", command);
        tasks("tasks, interval: 5m, controller at 100 requests/s", size, "interval: 5m", command, "--kube-api-qps=100");
        try (LocalApiServer server = LocalApiServer.start()) {
            server.startControllers("cronjob-controller");
            print("plain CronJobs, */5 * * * *", DueJobs.of(server, PLAIN, size, PERIOD));
        }
    }

    private static void tasks(String name, int size, String schedule, List<String> command, String... flags)
            throws Exception {
        String task = """
                apiVersion: crmventas.io/v1alpha1
                kind: CrmScheduledTask
                spec: {task: cleanup, %s}
                """.formatted(schedule);
        Recipe recipe = new Recipe(
                "the operator",
                command,
                Map.of(
                        "RUNNER_IMAGE", "localhost/crm/job-runner:bench",
                        "LEADER_ELECTION", "false",
                        "WATCH_ALL_NAMESPACES", "true",
                        // There is no kubelet to run the preflights.
                        "PREFLIGHT", "false",
                        "CONTROL_PORT", "0",
                        "LOG_LEVEL", "ERROR"),
                "/health/readiness");
        Path log = Files.createTempFile("operator", ".log");
        try (LocalApiServer server = LocalApiServer.start()) {
            server.apply(Path.of("crds/crmscheduledtasks.crmventas.io.yaml"));
            server.startControllers("cronjob-controller", flags);
            try (Contender _ = Contender.start(recipe, server.kubeconfig(), log)) {
                print(name, DueJobs.of(server, task, size, PERIOD));
            }
        } finally {
            Files.delete(log);
        }
    }

    private static void print(String name, DueJobs jobs) {
        List<Duration> delays = jobs.delays();
        System.out.printf(
                "%-50s%12s%10s%10s%10s%18d%n",
                name,
                seconds(delays.get(delays.size() / 2)),
                seconds(delays.get(delays.size() * 9 / 10)),
                seconds(delays.get(delays.size() * 99 / 100)),
                seconds(delays.getLast()),
                jobs.mostInOneMinute());
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.2f s", duration.toMillis() / 1000.0);
    }
}
