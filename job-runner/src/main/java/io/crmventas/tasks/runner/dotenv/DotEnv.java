package io.crmventas.tasks.runner.dotenv;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file of {@code NAME=value} lines, as Python's dotenv and shells read it: comments, {@code export}, quotes. Nothing
 * is expanded.
 *
 * @param entries by name
 * @param problems lines that cannot be read or contradict an earlier one, without what stands in them
 */
public record DotEnv(Map<String, Entry> entries, List<String> problems) {
    private static final Pattern LINE = Pattern.compile("\\s*(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)\\s*=(.*)");
    private static final Pattern SINGLE = Pattern.compile("'([^']*)'\\s*(?:#.*)?");
    private static final Pattern DOUBLE = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"\\s*(?:#.*)?");

    /** @param line from 1 */
    public record Entry(int line, String value) {}

    public static DotEnv read(String text) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        int number = 0;
        for (String line :
                (text.startsWith("\uFEFF") ? text.substring(1) : text).lines().toList()) {
            number++;
            if (line.isBlank() || line.strip().startsWith("#")) {
                continue;
            }
            Matcher matcher = LINE.matcher(line);
            String value = matcher.matches() ? value(matcher.group(2).strip()) : null;
            if (value == null) {
                problems.add("line " + number + ": write NAME=value, and close quotes on the same line");
                continue;
            }
            String name = matcher.group(1);
            Entry earlier = entries.putIfAbsent(name, new Entry(number, value));
            if (earlier != null && !earlier.value().equals(value)) {
                problems.add("line " + number + ": " + name + " says something else than line " + earlier.line()
                        + "; remove one of them");
            }
        }
        return new DotEnv(entries, problems);
    }

    /** Null when a quote is not closed. */
    private static @Nullable String value(String text) {
        if (text.startsWith("'")) {
            Matcher single = SINGLE.matcher(text);
            return single.matches() ? single.group(1) : null;
        }
        if (text.startsWith("\"")) {
            Matcher quoted = DOUBLE.matcher(text);
            return quoted.matches() ? quoted.group(1).replaceAll("\\\\(.)", "$1") : null;
        }
        if (text.startsWith("#")) {
            return "";
        }
        // A # begins a comment only after a space: passwords have some.
        return text.replaceFirst("\\s+#.*", "");
    }
}
