package io.crmventas.tasks.bench;

import io.crmventas.tasks.bench.Contender.Recipe;
import io.crmventas.tasks.testing.LocalApiServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Measures several operators one after the other, each with a new etcd and API server.
 *
 * <p>Arguments: the file with the operators (one line each: name, readiness path, command), then the numbers of tasks.
 */
public final class OperatorScale {
    private static final int EDITS = 60;
    private static final Duration IDLE = Duration.ofSeconds(20);

    private OperatorScale() {}

    public static void main(String[] arguments) throws Exception {
        List<Integer> sizes =
                Arrays.stream(arguments).skip(1).map(Integer::valueOf).toList();
        Map<String, Map<String, String>> columns = new LinkedHashMap<>();
        for (String line : Files.readAllLines(Path.of(arguments[0]))) {
            String[] parts = line.split("\t", -1);
            Recipe recipe = new Recipe(parts[0], List.of(parts[2].split(" ", -1)), environment(), parts[1]);
            System.err.println("Measuring " + recipe.name() + " ...");
            columns.put(recipe.name(), measure(recipe, sizes));
        }
        print(columns);
    }

    private static Map<String, String> environment() {
        return Map.of(
                "RUNNER_IMAGE", "localhost/crm/job-runner:bench",
                "LEADER_ELECTION", "false",
                "WATCH_ALL_NAMESPACES", "true",
                // Without preflights, because there is no kubelet to run their Jobs.
                "PREFLIGHT", "false",
                "LOG_LEVEL", "ERROR",
                "MALLOC_ARENA_MAX", "1");
    }

    private static Map<String, String> measure(Recipe recipe, List<Integer> sizes) throws Exception {
        Map<String, String> row = new LinkedHashMap<>();
        Path log = Files.createTempFile("operator", ".log");
        try (LocalApiServer server = LocalApiServer.start()) {
            server.apply(Path.of("crds/crmscheduledtasks.crmventas.io.yaml"));
            Requests requests = new Requests(server);
            String namespace = "bench";
            try (Crowd crowd = new Crowd(server.client(), namespace)) {
                try (Contender operator = Contender.start(recipe, server.kubeconfig(), log)) {
                    row.put("ready, without tasks", seconds(operator.ready()));
                    row.put("memory, without tasks", megabytes(operator.residentBytes()));
                    int before = 0;
                    for (int size : sizes) {
                        grow(row, crowd, operator, requests, namespace, before, size);
                        before = size;
                    }
                }
                int last = sizes.getLast();
                long begun = System.nanoTime();
                try (Contender restarted = Contender.start(recipe, server.kubeconfig(), log)) {
                    row.put("ready after a restart, " + last + " tasks", seconds(restarted.ready()));
                    crowd.edit(last - 1, "12h");
                    row.put("first edit after a restart", seconds(Duration.ofNanos(System.nanoTime() - begun)));
                }
            }
        } finally {
            Files.delete(log);
        }
        return row;
    }

    private static void grow(
            Map<String, String> row,
            Crowd crowd,
            Contender operator,
            Requests requests,
            String namespace,
            int before,
            int size)
            throws Exception {
        requests.writes(namespace);
        Duration took = crowd.growTo(size);
        row.put(size + " tasks: all acknowledged", seconds(took));
        row.put(
                size + " tasks: tasks a second",
                String.format(Locale.ROOT, "%.0f", (size - before) / (took.toMillis() / 1000.0)));
        List<Duration> edits = new ArrayList<>();
        long written = requests.writes(namespace);
        row.put(
                size + " tasks: writes a new task",
                String.format(Locale.ROOT, "%.2f", (double) written / (size - before)));
        for (int edit = 0; edit < EDITS; edit++) {
            edits.add(crowd.edit(edit * 7 % size, edit % 2 == 0 ? "6h" : "8h"));
        }
        List<Duration> sorted = edits.stream().sorted().toList();
        row.put(size + " tasks: one edit, median", millis(sorted.get(EDITS / 2)));
        row.put(size + " tasks: one edit, p99", millis(sorted.get(EDITS - 1)));
        requests.writes(namespace);
        Duration processor = operator.processorTime();
        Thread.sleep(IDLE.toMillis());
        double share = operator.processorTime().minus(processor).toMillis() * 100.0 / IDLE.toMillis();
        row.put(size + " tasks: CPU when idle", String.format(Locale.ROOT, "%.1f %%", share));
        row.put(size + " tasks: writes when idle", String.valueOf(requests.writes(namespace)));
        row.put(size + " tasks: memory", megabytes(operator.residentBytes()));
    }

    private static void print(Map<String, Map<String, String>> columns) {
        List<String> rows = columns.values().iterator().next().keySet().stream().toList();
        System.out.printf("%-40s", "");
        columns.keySet().forEach(name -> System.out.printf("%18s", name));
        System.out.println();
        for (String row : rows) {
            System.out.printf("%-40s", row);
            Stream.of(columns.values())
                    .flatMap(values -> values.stream())
                    .forEach(column -> System.out.printf("%18s", column.getOrDefault(row, "-")));
            System.out.println();
        }
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.2f s", duration.toMillis() / 1000.0);
    }

    private static String millis(Duration duration) {
        return String.format(Locale.ROOT, "%.0f ms", duration.toNanos() / 1e6);
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.0f MB", bytes / 1e6);
    }
}
