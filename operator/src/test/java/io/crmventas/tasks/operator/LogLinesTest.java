package io.crmventas.tasks.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class LogLinesTest {
    private final LoggerContext context = new LoggerContext();

    @Test
    void writesOneLineOfKeysAndValues() {
        assertEquals(
                "time=2026-11-23T12:00:00.250Z level=INFO logger=Reconciler msg=\"two lines of \\\"words\\\"\""
                        + " task=\"cleanup\"\n",
                line("two\nlines of \"words\"", null, "cleanup"));
    }

    /** Other programs choose the name of a task, the reason in a report and the message of the API server. */
    @Test
    void noTextForgesOrHidesALine() {
        String hostile = "a\"\r\ntime=2026-11-23T12:00:00.000Z level=ERROR msg=\"\u001b[2J\u202e\u2028\u0000b\\";
        String logged = line(hostile, new IllegalStateException(hostile, new IOException(hostile)), hostile);
        List<String> lines = logged.lines().toList();
        assertEquals(
                "time=2026-11-23T12:00:00.250Z level=INFO logger=Reconciler"
                        + " msg=\"a\\\" time=2026-11-23T12:00:00.000Z level=ERROR msg=\\\" [2J b\\\\\""
                        + " task=\"a\\\" time=2026-11-23T12:00:00.000Z level=ERROR msg=\\\" [2J b\\\\\"",
                lines.getFirst());
        assertTrue(lines.size() > 2, "the stack trace is there");
        lines.stream().skip(1).forEach(trace -> assertTrue(trace.startsWith("\t"), trace));
        assertEquals(
                List.of(),
                logged.codePoints()
                        .filter(character -> character != '\n' && character != '\t')
                        .filter(character -> Character.isISOControl(character)
                                || Character.getType(character) == Character.FORMAT
                                || Character.getType(character) == Character.LINE_SEPARATOR)
                        .boxed()
                        .toList());
    }

    @Test
    void writesOneJsonObjectWithTheSameKeys() throws IOException {
        String hostile = "a\"}\r\n{\"level\":\"ERROR\"}\u202e\u2028b\\";
        System.setProperty(LogLines.JSON, "true");
        String logged;
        try {
            logged = line(hostile, new IllegalStateException(hostile), hostile);
        } finally {
            System.clearProperty(LogLines.JSON);
        }
        assertEquals(1, logged.lines().count(), logged);
        JsonNode line = new ObjectMapper().readTree(logged);
        assertEquals("2026-11-23T12:00:00.250Z", line.path("time").asText());
        assertEquals("INFO", line.path("level").asText());
        assertEquals("Reconciler", line.path("logger").asText());
        assertEquals("a\"} {\"level\":\"ERROR\"} b\\", line.path("msg").asText());
        assertEquals("a\"} {\"level\":\"ERROR\"} b\\", line.path("task").asText());
        List<String> trace = line.path("exception").asText().lines().toList();
        assertEquals("java.lang.IllegalStateException: a\"}", trace.getFirst());
        assertTrue(trace.size() > 2, "the stack trace is there");
        assertEquals(6, line.size());
    }

    private String line(String message, @Nullable Throwable error, String task) {
        new LogLines().configure(context);
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        ConsoleAppender<ILoggingEvent> console =
                (ConsoleAppender<ILoggingEvent>) root.iteratorForAppenders().next();
        Logger logger = context.getLogger("io.crmventas.tasks.operator.Reconciler");
        LoggingEvent event = new LoggingEvent("", logger, Level.INFO, message, error, null);
        event.setInstant(Instant.parse("2026-11-23T12:00:00.250Z"));
        event.setKeyValuePairs(List.of(new KeyValuePair("task", task)));
        return new String(console.getEncoder().encode(event), StandardCharsets.UTF_8);
    }

    @Test
    void logsOnlyWarningsAndErrorsOfLibraries() throws ClassNotFoundException {
        new LogLines().configure(context);
        assertTrue(context.getLogger("io.fabric8.kubernetes.client.Something").isWarnEnabled());
        assertFalse(context.getLogger("io.fabric8.kubernetes.client.Something").isInfoEnabled());
        // The test names the class, so that it fails when the library moves the class.
        Class<?> noisy = Class.forName("io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils");
        assertFalse(
                context.getLogger(noisy.getName()).isWarnEnabled(),
                "it warns at each start that v1alpha1 is not stable");
    }
}
