package io.crmventas.tasks.runner.settings;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.task.output.Texts.Language;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParametersTest {
    private static Settings reader(String json) {
        return Settings.ofParameters(json);
    }

    @Test
    void readsEachKindOfValue() {
        Settings read = reader("{\"a\": \"1h30m\", \"b\": 7, \"c\": 4.25, \"d\": \"09:30\", \"e\": 0, \"f\": 10,"
                + " \"g\": 7.0, \"language\": \"en\"}");
        assertEquals(Duration.ofMinutes(90), read.duration("a", "1h", "1s"));
        assertEquals(7, read.integer("b", 1, 1, 10));
        assertEquals(7, read.integer("g", 1, 1, 10));
        assertEquals(new BigDecimal("4.25"), read.decimal("c", 4, 10));
        assertEquals(BigDecimal.ZERO, read.decimal("e", 4, 10));
        assertEquals(BigDecimal.TEN, read.decimal("f", 4, 10));
        assertEquals(LocalTime.of(9, 30), read.time("d", LocalTime.NOON));
        assertEquals(Language.EN, Language.read(read));
        assertDoesNotThrow(read::finish);
    }

    @Test
    void nullAndAbsentParametersHaveTheDefault() {
        for (String json : new String[] {"{\"a\": null}", "{}"}) {
            Settings read = reader(json);
            assertEquals(Duration.ofHours(1), read.duration("a", "1h", "1s"));
            assertEquals(3, read.integer("b", 3, 1, 10));
            assertEquals(BigDecimal.valueOf(4), read.decimal("c", 4, 10));
            assertEquals(LocalTime.NOON, read.time("d", LocalTime.NOON));
            assertEquals(Language.ES, Language.read(read));
            assertDoesNotThrow(read::finish);
        }
    }

    @Test
    void namesEveryMistakeAtOnce() {
        Settings read = reader("{\"a\": \"soon\", \"b\": 2.5, \"c\": \"4\", \"d\": \"9:30\", \"language\": \"de\","
                + " \"e\": 11, \"f\": -1, \"g\": \"0s\", \"speling\": 1}");
        assertEquals(Duration.ofHours(1), read.duration("a", "1h", "1s"));
        read.integer("b", 1, 1, 10);
        read.decimal("c", 4, 10);
        read.time("d", LocalTime.NOON);
        Language.read(read);
        read.integer("e", 1, 1, 10);
        read.decimal("f", 4, 10);
        read.duration("g", "1h", "1s");
        assertEquals(
                "a: must be a duration of 1s or more such as 1h, is \"soon\"; "
                        + "b: must be a whole number from 1 to 10, is 2.5; "
                        + "c: must be a number from 0 to 10, is \"4\"; "
                        + "d: must be a time of day such as 12:00, is \"9:30\"; "
                        + "language: must be es or en, is \"de\"; "
                        + "e: must be a whole number from 1 to 10, is 11; "
                        + "f: must be a number from 0 to 10, is -1; "
                        + "g: must be a duration of 1s or more such as 1h, is \"0s\"; "
                        + "speling: this task has no such parameter; it knows a, b, c, d, e, f, g, language",
                assertThrows(Failure.class, read::finish).getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1E+999999999", "1E-999999999", "-1E+999999999"})
    void refusesANumberWithAHugeExponent(String number) {
        Settings read = reader("{\"a\": " + number + ", \"b\": " + number + "}");
        read.integer("a", 1, 1, 10);
        read.decimal("b", 4, 10);
        assertEquals(
                "a: must be a whole number from 1 to 10, is " + number + "; b: must be a number from 0 to 10, is "
                        + number,
                assertThrows(Failure.class, read::finish).getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1]", "null", "7", "{", "", "x"})
    void refusesParametersThatAreNoObject(String json) {
        assertEquals(
                "must be a JSON object such as {\"language\": \"en\"}",
                assertThrows(Failure.class, () -> reader(json)).getMessage());
    }
}
