package io.crmventas.tasks.operator.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReasonTest {
    @ParameterizedTest
    @EnumSource(Reason.class)
    void hasOneWordAndARemedyInSentences(Reason reason) {
        assertTrue(reason.text().matches("[A-Z][A-Za-z]+"), reason::text);
        assertTrue(reason.remedy().matches("[A-Z].*\\."), reason::remedy);
    }

    /** The guide can show parts of a remedy as code, so the test ignores the quotes of code. */
    @ParameterizedTest
    @EnumSource(Reason.class)
    void isInTheTroubleshootingGuideWithItsRemedy(Reason reason) throws IOException {
        String guide = Files.readString(Path.of("../docs/troubleshooting.md"))
                .replace("<name>", "NAME")
                .replace("`", "");
        String row = "| " + reason.text() + " | " + reason.remedy() + " |";
        assertTrue(guide.lines().anyMatch(row::equals), () -> "docs/troubleshooting.md has no row " + row);
    }

    @Test
    void everyReasonHasItsOwnWord() {
        assertEquals(
                Reason.values().length,
                Arrays.stream(Reason.values())
                        .map(Reason::text)
                        .collect(Collectors.toSet())
                        .size());
    }
}
