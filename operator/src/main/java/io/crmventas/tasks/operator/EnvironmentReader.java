package io.crmventas.tasks.operator;

import io.crmventas.tasks.operator.resources.Sha256;
import io.crmventas.tasks.operator.view.Version;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads variables and gathers what is wrong with them, instead of stopping at the first. */
final class EnvironmentReader {
    /** A replica's own name, and what may hold secrets. */
    private static final Set<String> UNTOLD = Set.of("POD_NAME", "HOSTNAME", "EXTRA_TASKS");

    private static final int FINGERPRINT_DIGITS = 12;

    private final Map<String, String> environment;
    private final SortedMap<String, String> settings = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();

    EnvironmentReader(Map<String, String> environment) {
        this.environment = environment;
    }

    List<String> problems() {
        return List.copyOf(problems);
    }

    /** Blank counts as absent: that is how charts leave a variable out. */
    Optional<String> text(String name) {
        Optional<String> set =
                Optional.ofNullable(environment.get(name)).map(String::strip).filter(value -> !value.isEmpty());
        if (!UNTOLD.contains(name)) {
            set.ifPresent(value -> settings.put(name, value));
        }
        return set;
    }

    /** A word that changes with the operator's version and with what was read, and tells none of it. */
    String fingerprint() {
        return Sha256.hex(Version.text() + settings).substring(0, FINGERPRINT_DIGITS);
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

    /** The levels as the replaced scheduler wrote them; WARN is understood too. */
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

    void problem(String name, String expected) {
        problems.add(wrong(name, expected));
    }

    /** For what cannot be told by the value as a whole. */
    void problem(String sentence) {
        problems.add(sentence);
    }

    private String wrong(String name, String expected) {
        return name + " is \"" + text(name).orElse("") + "\"; write " + expected;
    }
}
