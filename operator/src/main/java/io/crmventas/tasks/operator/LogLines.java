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
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * Logs each event as one line of key=value pairs on standard output, where Kubernetes collects it. The configuration is
 * code, because reading XML loads hundreds of classes, which costs time and memory at each start.
 */
public final class LogLines extends ContextAwareBase implements Configurator {
    /** The system property with the level of the operator's own loggers. */
    static final String LEVEL = "log.level";

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setLayout(new Line());
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
     * Texts of tasks, reports and the API server reach the log. None of them can begin a line or hide one: control
     * characters and characters that turn the direction of a text become spaces, quotes are escaped, and each line of a
     * stack trace begins with a tab.
     */
    static final class Line extends LayoutBase<ILoggingEvent> {
        private static final DateTimeFormatter TIME =
                DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
        private static final Pattern UNSAFE = Pattern.compile("[\\p{Cc}\\p{Cf}\\u2028\\u2029]+");

        @Override
        public String doLayout(ILoggingEvent event) {
            String logger = event.getLoggerName();
            StringBuilder line = new StringBuilder(256)
                    .append("time=")
                    .append(TIME.format(event.getInstant()))
                    .append(" level=")
                    .append(event.getLevel())
                    .append(" logger=")
                    .append(logger.substring(logger.lastIndexOf('.') + 1))
                    .append(" msg=")
                    .append(quoted(event.getFormattedMessage()));
            List<KeyValuePair> pairs = Objects.requireNonNullElse(event.getKeyValuePairs(), List.of());
            pairs.forEach(
                    pair -> line.append(' ').append(pair.key).append('=').append(quoted(String.valueOf(pair.value))));
            line.append('\n');
            if (event.getThrowableProxy() != null) {
                ThrowableProxyUtil.asString(event.getThrowableProxy())
                        .lines()
                        .forEach(trace -> line.append('\t')
                                .append(printable(trace.strip()))
                                .append('\n'));
            }
            return line.toString();
        }

        private static String quoted(@Nullable String text) {
            return '"' + printable(String.valueOf(text)).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        }

        private static String printable(String text) {
            return UNSAFE.matcher(text).replaceAll(" ");
        }
    }
}
