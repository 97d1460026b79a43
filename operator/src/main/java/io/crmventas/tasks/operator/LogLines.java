package io.crmventas.tasks.operator;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * Logs each event as one line of key=value pairs or one JSON object on standard output, where Kubernetes collects it.
 * The configuration is code, because reading XML loads hundreds of classes, which costs time and memory at each start.
 */
public final class LogLines extends ContextAwareBase implements Configurator {
    /** This system property sets the level of the operator's own loggers. */
    static final String LEVEL = "log.level";
    /** This system property is {@code true} for JSON. */
    static final String JSON = "log.json";

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final Pattern UNSAFE = Pattern.compile("[\\p{Cc}\\p{Cf}\\u2028\\u2029]+");

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setLayout(Boolean.getBoolean(JSON) ? new JsonLine() : new TextLine());
        encoder.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setEncoder(encoder);
        console.start();
        // Libraries log only what a person must act on.
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(console);
        // This class warns at each start that v1alpha1 is not stable.
        context.getLogger("io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils")
                .setLevel(Level.ERROR);
        context.getLogger("io.crmventas").setLevel(Level.toLevel(System.getProperty(LEVEL), Level.INFO));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /**
     * Replaces control characters, and characters that turn the direction of a text, by spaces. Texts of tasks, reports
     * and the API server reach the log, and they must neither begin a line nor hide one.
     */
    private static String printable(@Nullable Object text) {
        return UNSAFE.matcher(String.valueOf(text)).replaceAll(" ");
    }

    private static String loggerName(ILoggingEvent event) {
        return event.getLoggerName().substring(event.getLoggerName().lastIndexOf('.') + 1);
    }

    private static List<KeyValuePair> pairs(ILoggingEvent event) {
        return Objects.requireNonNullElse(event.getKeyValuePairs(), List.of());
    }

    private static List<String> stackTrace(ILoggingEvent event) {
        return event.getThrowableProxy() == null
                ? List.of()
                : ThrowableProxyUtil.asString(event.getThrowableProxy())
                        .lines()
                        .map(line -> printable(line.strip()))
                        .toList();
    }

    /** Escapes quotes, and begins each line of a stack trace with a tab. */
    private static final class TextLine extends LayoutBase<ILoggingEvent> {
        @Override
        public String doLayout(ILoggingEvent event) {
            StringBuilder line = new StringBuilder("time=" + TIME.format(event.getInstant()) + " level="
                    + event.getLevel() + " logger=" + loggerName(event) + " msg="
                    + quoted(event.getFormattedMessage()));
            pairs(event)
                    .forEach(pair ->
                            line.append(' ').append(pair.key).append('=').append(quoted(pair.value)));
            line.append('\n');
            stackTrace(event).forEach(trace -> line.append('\t').append(trace).append('\n'));
            return line.toString();
        }

        private static String quoted(@Nullable Object text) {
            return '"' + printable(text).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        }
    }

    /** Uses the keys of the text form. Key {@code exception} of the same object holds the stack trace. */
    private static final class JsonLine extends LayoutBase<ILoggingEvent> {
        @Override
        public String doLayout(ILoggingEvent event) {
            ObjectNode line = JsonNodeFactory.instance
                    .objectNode()
                    .put("time", TIME.format(event.getInstant()))
                    .put("level", event.getLevel().toString())
                    .put("logger", loggerName(event))
                    .put("msg", printable(event.getFormattedMessage()));
            pairs(event).forEach(pair -> line.put(pair.key, printable(pair.value)));
            List<String> trace = stackTrace(event);
            if (!trace.isEmpty()) {
                line.put("exception", String.join("\n", trace));
            }
            return line + "\n";
        }
    }
}
