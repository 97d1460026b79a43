package io.crmventas.tasks.runner.dotenv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DotEnvTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "A=b|b",
                "  export  A = b  |b",
                "A=b # comment|b",
                "A=b#c|b#c",
                "A=# comment|``",
                "A=|``",
                "A='b # c' # d|b # c",
                "A=\"b \\\" # c\"|b \" # c",
                "A=b=c|b=c",
                "A=postgresql://u:p%23@h/d|postgresql://u:p%23@h/d"
            })
    void readsALine(String line, String value) {
        DotEnv file = DotEnv.read(line);
        assertEquals(List.of(), file.problems());
        assertEquals(value, file.entries().get("A").value());
    }

    @ParameterizedTest
    @ValueSource(strings = {"A", "A='b", "A=\"b", "1A=b", "A B=c", "=b"})
    void namesTheLineThatItCannotRead(String line) {
        DotEnv file = DotEnv.read("# first\r\n" + line + "\r\nB=c\r\n");
        assertEquals(List.of("line 2: write NAME=value, and close quotes on the same line"), file.problems());
        assertEquals(new DotEnv.Entry(3, "c"), file.entries().get("B"));
    }

    @Test
    void refusesTwoLinesThatContradictEachOther() {
        assertEquals(
                List.of("line 3: A says something else than line 1; remove one of them"),
                DotEnv.read("\uFEFFA=1\nA='1'\nA=2").problems());
    }

    @Test
    void givesBackWhateverWasQuoted() {
        Random random = new Random(11);
        for (int i = 0; i < 2_000; i++) {
            String value = random.ints(random.nextInt(12), 32, 127)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            String quoted = "A=\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
            assertEquals(value, DotEnv.read(quoted).entries().get("A").value());
        }
    }

    @Test
    void neverFailsOnRubbish() {
        Random random = new Random(12);
        for (int i = 0; i < 2_000; i++) {
            String rubbish = random.ints(40, 0, 300)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            DotEnv file = DotEnv.read(rubbish);
            assertTrue(file.problems().stream().allMatch(problem -> problem.startsWith("line ")));
        }
    }
}
