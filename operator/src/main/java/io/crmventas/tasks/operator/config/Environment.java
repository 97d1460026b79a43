package io.crmventas.tasks.operator.config;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the process's environment variables, and collects every mistake, so that the operator reports all at once. */
final class Environment {
    /** The fingerprint leaves these out, because they hold the replica's own name or can hold a secret. */
    private static final Set<String> NOT_IN_FINGERPRINT = Set.of("POD_NAME", "HOSTNAME", "EXTRA_TASKS");

    private final Map<String, String> environment;
    private final SortedMap<String, String> settings = new TreeMap<>();
    /** This is a set, because the operator can read a value twice. */
    private final Set<String> problems = new LinkedHashSet<>();

    Environment(Map<String, String> environment) {
        this.environment = environment;
    }

    List<String> problems() {
        return List.copyOf(problems);
    }

    /** A blank value counts as absent, because a chart leaves out a variable that way. */
    Optional<String> text(String name) {
        Optional<String> set =
                Optional.ofNullable(environment.get(name)).map(String::strip).filter(value -> !value.isEmpty());
        if (!NOT_IN_FINGERPRINT.contains(name)) {
            set.ifPresent(value -> settings.put(name, value));
        }
        return set;
    }

    /** Hashes the operator's version and the settings that were read. */
    String fingerprint() {
        return Sha256.hex(OperatorConfig.version() + settings).substring(0, 12);
    }

    String required(String name, String meaning) {
        return text(name).orElseGet(() -> {
            problems.add(name + " is not set; set it to " + meaning);
            return "";
        });
    }

    List<String> list(String name) {
        return text(name).stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    boolean flag(String name, boolean otherwise) {
        return switch (text(name).orElse(String.valueOf(otherwise)).toLowerCase(Locale.ROOT)) {
            case "true", "1", "yes", "on" -> true;
            case "false", "0", "no", "off" -> false;
            default -> {
                problems.add(wrong(name, "true or false"));
                yield otherwise;
            }
        };
    }

    int number(String name, int otherwise, int least, int most) {
        String value = text(name).orElse(String.valueOf(otherwise));
        if (value.matches("[0-9]{1,9}") && Integer.parseInt(value) >= least && Integer.parseInt(value) <= most) {
            return Integer.parseInt(value);
        }
        problems.add(wrong(name, "a number from " + least + " to " + most));
        return otherwise;
    }

    String oneOf(String name, String otherwise, List<String> known) {
        String value = text(name).orElse(otherwise);
        if (!known.contains(value)) {
            problems.add(wrong(name, "one of " + String.join(", ", known)));
        }
        return value;
    }

    /** Accepts the level names of the CRM's old in-process scheduler, which are Python's, and WARN. */
    String level(String name, String otherwise) {
        String value = text(name).orElse(otherwise).toUpperCase(Locale.ROOT);
        return switch (value) {
            case "DEBUG", "INFO", "WARNING", "ERROR" -> value;
            case "WARN" -> "WARNING";
            case "CRITICAL" -> "ERROR";
            default -> {
                problems.add(wrong(name, "DEBUG, INFO, WARNING or ERROR"));
                yield otherwise;
            }
        };
    }

    void problem(String sentence) {
        problems.add(sentence);
    }

    private String wrong(String name, String expected) {
        return name + " is \"" + text(name).orElse("") + "\"; write " + expected;
    }
}
