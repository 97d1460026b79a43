package io.crmventas.tasks.runner;

import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.report.FailureReason;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Holds a command, its task and its options: {@code --name value} or {@code --name=value}. A library that reads
 * annotations took a third of a run's time.
 */
record Arguments(String command, String task, Map<String, String> options) {
    static final String DRY_RUN = "--dry-run";
    static final String REPORT = "--report";
    static final String SQL = "--sql";

    private static final Set<String> SWITCHES = Set.of(DRY_RUN, REPORT, SQL);
    private static final Map<String, Set<String>> COMMANDS = Map.of(
            "run", Set.of(DRY_RUN, "--as-of"),
            "check", Set.of(REPORT, SQL),
            "grants", Set.of("--role", "--schema"));

    static final String UNKNOWN_TASK = "argument <task>: must be notification-checks, metrics-refresh, cleanup or"
            + " daily-reports; check and grants also take all";

    static Arguments of(List<String> words) {
        Iterator<String> rest = words.iterator();
        String command = rest.next();
        Set<String> known = COMMANDS.get(command);
        if (known == null) {
            throw unreadable("the first argument must be run, check or grants");
        }
        String task = "";
        Map<String, String> options = new HashMap<>();
        while (rest.hasNext()) {
            String word = rest.next();
            if (word.startsWith("-")) {
                option(word, rest, known, options);
            } else if (task.isEmpty()) {
                task = word;
            } else {
                throw unreadable(command + " takes one task and nothing more");
            }
        }
        if (task.isEmpty()) {
            throw unreadable(command + " needs a task");
        }
        return new Arguments(command, task, Map.copyOf(options));
    }

    private static void option(String word, Iterator<String> rest, Set<String> known, Map<String, String> options) {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        if (!known.contains(name)) {
            throw unreadable(name.matches("--?[a-z-]{1,30}") ? "unknown option " + name : "an unknown option");
        }
        String value = equals < 0 ? null : word.substring(equals + 1);
        if (SWITCHES.contains(name)) {
            if (value != null) {
                throw unreadable("option " + name + " takes no value");
            }
            value = "";
        } else if (value == null) {
            if (!rest.hasNext()) {
                throw unreadable("option " + name + " needs a value");
            }
            value = rest.next();
        }
        if (options.put(name, value) != null) {
            throw unreadable("option " + name + " is given twice");
        }
    }

    /** Never quotes the command line, because a person can paste a secret into it. */
    private static Failure unreadable(String message) {
        return new Failure(FailureReason.INVALID_USAGE, message);
    }

    /** Returns the task of that name, all tasks for {@code all}, and none for an unknown name. */
    List<TaskType> tasks() {
        return task.equals("all")
                ? List.of(TaskType.values())
                : TaskType.of(task).stream().toList();
    }

    boolean has(String option) {
        return options.containsKey(option);
    }

    Optional<String> option(String name) {
        return Optional.ofNullable(options.get(name));
    }
}
