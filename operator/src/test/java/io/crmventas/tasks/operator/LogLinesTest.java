package io.crmventas.tasks.operator;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class LogLinesTest {
    private final LoggerContext context = new LoggerContext();

    @Test
    void keepsAnEventOnOneLineWhateverItSays() {
        new LogLines().configure(context);
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        PatternLayoutEncoder encoder = (PatternLayoutEncoder)
                ((ConsoleAppender<ILoggingEvent>) root.iteratorForAppenders().next()).getEncoder();
        Logger logger = context.getLogger("io.crmventas.tasks.operator.Somebody");
        LoggingEvent event = new LoggingEvent("", logger, Level.INFO, "two\nlines of \"words\"", null, null);
        event.setKeyValuePairs(List.of(new KeyValuePair("task", "cleanup")));
        String line = new String(encoder.encode(event), StandardCharsets.UTF_8);
        assertTrue(
                line.matches("time=\\S+Z level=INFO logger=Somebody msg=\"two lines of +words *\" task=\"cleanup\"\\R"),
                line);
    }

    @Test
    void hearsOfLibrariesOnlyWhatNeedsAPerson() throws ClassNotFoundException {
        new LogLines().configure(context);
        assertTrue(context.getLogger("io.fabric8.kubernetes.client.Something").isWarnEnabled());
        assertFalse(context.getLogger("io.fabric8.kubernetes.client.Something").isInfoEnabled());
        // By the class, so that a move of it is noticed.
        Class<?> noisy = Class.forName("io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils");
        assertFalse(
                context.getLogger(noisy.getName()).isWarnEnabled(), "says at each start that v1alpha1 is not stable");
    }
}
