package io.crmventas.tasks.runner.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.crmventas.tasks.runner.report.RunLog.Field;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunLogTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    private final RunLog log = log(RunLog.Format.TEXT);

    private RunLog log(RunLog.Format format) {
        return new RunLog(
                new PrintStream(written, true, StandardCharsets.UTF_8),
                Clock.fixed(Instant.parse("2026-05-04T12:00:00.123456Z"), ZoneOffset.UTC),
                RunLog.Level.INFO,
                format,
                Redaction.of(List.of("s3\"cret!")),
                Map.of("task", "cleanup"));
    }

    @Test
    void writesKeysAndValuesOnOneLine() {
        log.warning("run started", new Field("step", "connect"), new Field("error", "two\nlines of \"text\""));

        assertEquals(
                "time=2026-05-04T12:00:00.123Z level=WARNING msg=\"run started\" task=cleanup step=connect"
                        + " error=\"two\\nlines of \\\"text\\\"\"",
                text());
    }

    @Test
    void writesOneJsonObjectOnOneLine() throws IOException {
        log(RunLog.Format.JSON)
                .warning(
                        "run started",
                        new Field("rows", 3),
                        new Field("error", "s3\"cret!\"}\r\n{\"level\":\"ERROR\"}\u2028\033\\"));

        assertEquals(
                "{\"time\":\"2026-05-04T12:00:00.123Z\",\"level\":\"WARNING\",\"msg\":\"run started\",\"task\":\"cleanup\","
                        + "\"rows\":\"3\",\"error\":\"***\\\"}\\r\\n{\\\"level\\\":\\\"ERROR\\\"}\\u2028\\u001B\\\\\"}",
                text());
        assertEquals(
                "***\"}\r\n{\"level\":\"ERROR\"}\u2028\033\\",
                new ObjectMapper().readTree(text()).path("error").asText());
    }

    @Test
    void escapesControlCharactersAndLineBreaks() {
        log.warning("x", new Field("error", "a\033[2Jb\u009bc\0d\u0085e\u2028f\u2029g\tñ\u007f"));

        assertEquals(
                "time=2026-05-04T12:00:00.123Z level=WARNING msg=x task=cleanup error=\"a\\u001B[2Jb\\u009bc\\u0000d"
                        + "\\u0085e\\u2028f\\u2029g\\tñ\\u007f\"",
                text());
    }

    @ParameterizedTest
    @CsvSource({
        "TRACE, DEBUG", "debug, DEBUG", "Info, INFO", "warn, WARNING",
        "WARNING, WARNING", "error, ERROR", "CRITICAL, ERROR", "fatal, ERROR"
    })
    void readsEveryNameOfALevel(String text, RunLog.Level level) {
        assertEquals(level, RunLog.Level.of(text));
    }

    @Test
    void masksBeforeItQuotes() {
        log.warning("x", new Field("error", "with s3\"cret! inside"));

        assertEquals(
                "time=2026-05-04T12:00:00.123Z level=WARNING msg=x task=cleanup error=\"with *** inside\"", text());
    }

    @Test
    void dropsLinesBelowItsLevel() {
        log.log(RunLog.Level.DEBUG, "below the level");

        assertEquals("", text());
    }

    @Test
    void logsOnlyWarningsOfLibraries() {
        log.captureLibraries();

        Logger.getLogger("org.postgresql").warning("password s3\"cret! seen");
        Logger.getLogger("org.postgresql").fine("below the level");

        assertEquals(
                "time=2026-05-04T12:00:00.123Z level=WARNING msg=\"password *** seen\" task=cleanup"
                        + " logger=org.postgresql",
                text());
    }

    private String text() {
        return written.toString(StandardCharsets.UTF_8).stripTrailing();
    }
}
