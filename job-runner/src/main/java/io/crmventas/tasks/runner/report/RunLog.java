package io.crmventas.tasks.runner.report;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.PrintStream;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Logs lines of {@code key=value} or JSON objects to standard error, because standard output is for the report.
 *
 * @param context the fields of every line
 */
public record RunLog(
        PrintStream out, Clock clock, Level least, Format format, Redaction redaction, Map<String, String> context) {
    /** The order matters: a log writes the lines of its level and of the levels after it. */
    public enum Level {
        DEBUG,
        INFO,
        WARNING,
        ERROR;

        /** @throws IllegalArgumentException when the text is not a level */
        public static Level of(String text) {
            String name = text.toUpperCase(Locale.ROOT);
            return switch (name) {
                case "TRACE" -> DEBUG;
                case "WARN" -> WARNING;
                case "CRITICAL", "FATAL" -> ERROR;
                default -> valueOf(name);
            };
        }
    }

    public enum Format {
        TEXT,
        JSON
    }

    /** One pair of a line. A log leaves out a field without a value. */
    public record Field(String key, @Nullable Object value) {}

    /** JSON permits these control characters and line breaks without an escape. */
    private static final Pattern ALLOWED_IN_JSON = Pattern.compile("[\\x7f-\\x9f\\u2028\\u2029]");

    private static final Pattern PLAIN = Pattern.compile("[\\p{Alnum}._:/@+-]+");

    public void log(Level level, String message, Field... more) {
        if (level.compareTo(least) < 0) {
            return;
        }
        StringBuilder line = new StringBuilder(200);
        add(line, "time", clock.instant().truncatedTo(ChronoUnit.MILLIS));
        add(line, "level", level);
        add(line, "msg", message);
        context.forEach((key, value) -> add(line, key, value));
        for (Field field : more) {
            add(line, field.key(), field.value());
        }
        out.println(format == Format.JSON ? line.append('}') : line);
    }

    public void warning(String message, Field... more) {
        log(Level.WARNING, message, more);
    }

    /** Adds what the driver and jedis log to this log, so that the redaction covers it. */
    public void captureLibraries() {
        LogManager.getLogManager().reset();
        Logger root = Logger.getLogger("");
        // Finer levels of the driver print connection properties.
        root.setLevel(java.util.logging.Level.WARNING);
        SimpleFormatter formatter = new SimpleFormatter();
        root.addHandler(new Handler() {
            @Override
            public void publish(LogRecord event) {
                warning(
                        formatter.formatMessage(event),
                        new Field("logger", event.getLoggerName()),
                        new Field("error", event.getThrown()));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
    }

    /** Redacts before it quotes, so that an escape cannot split a secret. */
    private void add(StringBuilder line, String key, @Nullable Object value) {
        String text = value == null ? "" : redaction.apply(String.valueOf(value));
        if (text.isEmpty()) {
            return;
        }
        if (format == Format.JSON) {
            appendQuoted(line.append(line.isEmpty() ? '{' : ','), key);
            appendQuoted(line.append(':'), text);
            return;
        }
        line.append(line.isEmpty() ? "" : " ").append(key).append('=');
        if (PLAIN.matcher(text).matches()) {
            line.append(text);
        } else {
            appendQuoted(line, text);
        }
    }

    /** Replaces line breaks, because they would forge a line, and control characters, because a terminal would obey them. */
    private static void appendQuoted(StringBuilder line, String text) {
        String quoted = new String(JsonStringEncoder.getInstance().quoteAsString(text));
        String escaped = ALLOWED_IN_JSON
                .matcher(quoted)
                .replaceAll(found ->
                        "\\\\u" + HexFormat.of().toHexDigits(found.group().charAt(0)));
        line.append('"').append(escaped).append('"');
    }
}
