package io.crmventas.tasks.runner.dotenv;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** What the settings of the replaced scheduler are called in the chart. Secrets are named, never told. */
public final class HelmValues {
    private static final int LONGEST_MINUTES = 366 * 24 * 60;
    private static final Set<String> TRUE = Set.of("true", "1", "yes", "on");
    private static final Set<String> FALSE = Set.of("false", "0", "no", "off", "");

    private final Map<String, String> values = new TreeMap<>();
    private final Map<String, BiConsumer<String, DotEnv.Entry>> known = Map.of(
            "ENABLE_SCHEDULED_TASKS", (name, entry) -> flag(name, entry, "scheduledTasksEnabled"),
            "NOTIFICATION_CHECK_INTERVAL_MINUTES",
                    (name, entry) -> interval(name, entry, "notification-checks", 1, "m"),
            "METRICS_REFRESH_INTERVAL_MINUTES", (name, entry) -> interval(name, entry, "metrics-refresh", 1, "m"),
            "CLEANUP_INTERVAL_HOURS", (name, entry) -> interval(name, entry, "cleanup", 60, "h"),
            "ENABLE_TASK_LOGGING", (name, entry) -> flag(name, entry, "runner.taskLogging"),
            "LOG_LEVEL", this::logLevel,
            "REDIS_CACHE_ENABLED", (name, entry) -> flag(name, entry, "redis.cacheEnabled"),
            "REDIS_HOST", (name, entry) -> values.put("redis.host", quoted(entry.value())),
            "REDIS_PORT", this::port);
    /** A name like these that we do not know is a mistake; any other belongs to another part of the CRM. */
    private static final String OURS = ".*INTERVAL.*|ENABLE_.*TASK.*|REDIS_.*|POSTGRES_.*|LOG_.*";

    private static final Set<String> SECRETS =
            Set.of("POSTGRES_DSN", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "REDIS_URL");

    private final List<String> secrets = new ArrayList<>();
    private final List<String> others = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    private HelmValues() {}

    /**
     * @param yaml values of the chart
     * @param problems by line, with the cure; the values are worth nothing then
     */
    public record Translation(String yaml, List<String> problems) {}

    public static Translation of(DotEnv file) {
        HelmValues values = new HelmValues();
        values.problems.addAll(file.problems());
        file.entries().forEach(values::take);
        return new Translation(values.yaml(), List.copyOf(values.problems));
    }

    private void take(String name, DotEnv.Entry entry) {
        BiConsumer<String, DotEnv.Entry> setting = known.get(name);
        if (setting != null) {
            setting.accept(name, entry);
        } else if (SECRETS.contains(name)) {
            if (!entry.value().isEmpty()) {
                secrets.add(name);
            }
        } else if (name.matches(OURS)) {
            problem(
                    name,
                    entry,
                    "is no setting of the scheduler; is it misspelt? There are "
                            + String.join(", ", new TreeSet<>(known.keySet())));
        } else {
            others.add(name);
        }
    }

    private void flag(String name, DotEnv.Entry entry, String key) {
        String word = entry.value().toLowerCase(Locale.ROOT);
        if (TRUE.contains(word) || FALSE.contains(word)) {
            values.put(key, String.valueOf(TRUE.contains(word)));
        } else {
            problem(name, entry, "must be true or false");
        }
    }

    private void interval(String name, DotEnv.Entry entry, String task, int minutes, String unit) {
        number(name, entry, 1, LONGEST_MINUTES / minutes, value -> values.put(task, value + unit));
    }

    private void port(String name, DotEnv.Entry entry) {
        number(name, entry, 1, 65_535, value -> values.put("redis.port", value));
    }

    private void number(String name, DotEnv.Entry entry, int least, int most, Consumer<String> take) {
        String text = entry.value();
        if (text.matches("[0-9]{1,9}") && Integer.parseInt(text) >= least && Integer.parseInt(text) <= most) {
            take.accept(String.valueOf(Integer.parseInt(text)));
        } else {
            problem(name, entry, "must be a whole number from " + least + " to " + most);
        }
    }

    private void logLevel(String name, DotEnv.Entry entry) {
        String level = entry.value().toUpperCase(Locale.ROOT);
        if (Set.of("DEBUG", "INFO", "WARNING", "ERROR").contains(level)) {
            values.put("runner.logLevel", level);
            values.put("logLevel", level);
        } else {
            problem(name, entry, "must be DEBUG, INFO, WARNING or ERROR");
        }
    }

    private void problem(String name, DotEnv.Entry entry, String cure) {
        problems.add("line " + entry.line() + ": " + name + " " + cure);
    }

    private String yaml() {
        StringBuilder yaml = new StringBuilder("# Values of the chart crm-task-operator, out of a .env file.\n");
        top(yaml, "scheduledTasksEnabled");
        top(yaml, "logLevel");
        group(yaml, "runner", "runner.logLevel", "runner.taskLogging");
        if (secrets.contains("REDIS_PASSWORD") || secrets.contains("REDIS_URL")) {
            values.put("redis.secretName", "crm-redis");
        }
        group(yaml, "redis", "redis.cacheEnabled", "redis.host", "redis.port", "redis.secretName");
        List<String> tasks = List.of("notification-checks", "metrics-refresh", "cleanup");
        if (tasks.stream().anyMatch(values::containsKey)) {
            yaml.append("tasks:\n");
            tasks.stream()
                    .filter(values::containsKey)
                    .forEach(task -> yaml.append("  ")
                            .append(task)
                            .append(": {interval: ")
                            .append(values.get(task))
                            .append("}\n"));
        }
        secret(yaml, "crm-database", "POSTGRES_DSN", "POSTGRES_PASSWORD");
        secret(yaml, "crm-redis", "REDIS_PASSWORD", "REDIS_URL");
        if (!others.isEmpty()) {
            yaml.append("# Left out, for the scheduler does not know them: ")
                    .append(String.join(", ", others))
                    .append('\n');
        }
        return yaml.toString();
    }

    private void top(StringBuilder yaml, String key) {
        if (values.containsKey(key)) {
            yaml.append(key).append(": ").append(values.get(key)).append('\n');
        }
    }

    private void group(StringBuilder yaml, String name, String... keys) {
        boolean begun = false;
        for (String key : keys) {
            if (values.containsKey(key)) {
                yaml.append(begun ? "" : name + ":\n")
                        .append("  ")
                        .append(key.substring(name.length() + 1))
                        .append(": ")
                        .append(values.get(key))
                        .append('\n');
                begun = true;
            }
        }
    }

    /** Values end in the release's history, so a credential is not one. */
    private void secret(StringBuilder yaml, String secret, String... names) {
        for (String name : names) {
            if (secrets.contains(name)) {
                yaml.append("# ")
                        .append(name)
                        .append(" is a credential and belongs into a Secret:\n#   kubectl create secret generic ")
                        .append(secret)
                        .append(" --from-literal=")
                        .append(name)
                        .append("='...'\n");
            }
        }
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
