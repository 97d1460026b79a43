package io.crmventas.tasks.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.runner.report.Failure;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {
    @Test
    void readsOptionsBeforeAndAfterTheTaskInBothForms() {
        Arguments expected = new Arguments("run", "cleanup", Map.of("--dry-run", "", "--as-of", "now"));

        assertEquals(expected, Arguments.of(List.of("run", "--dry-run", "cleanup", "--as-of", "now")));
        assertEquals(expected, Arguments.of(List.of("run", "--as-of=now", "cleanup", "--dry-run")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            clean                       | the first argument must be run, check or grants
            run                         | run needs a task
            run cleanup metrics-refresh | run takes one task and nothing more
            run cleanup --role guest    | unknown option --role
            run cleanup --as-of         | option --as-of needs a value
            run cleanup --dry-run=no    | option --dry-run takes no value
            run cleanup --as-of=1 --as-of=2 | option --as-of is given twice
            run cleanup -postgres://u:p@h/d | an unknown option
            run -                       | an unknown option
            """)
    void reportsTheMistake(String line, String message) {
        Failure wrong = assertThrows(Failure.class, () -> Arguments.of(List.of(line.split(" "))));
        assertEquals(message, wrong.message());
    }

    @Test
    void helpOptionPrintsTheUsage() {
        for (String line : List.of("--help", "-h", "run --help", "check all -h")) {
            Launch.Ended ended = new Launch().run(line.split(" "));
            assertEquals(0, ended.exit());
            assertTrue(ended.out().contains("--as-of"), ended.out());
            assertFalse(ended.out().contains("{"), "no report, because no task ran");
        }
    }
}
