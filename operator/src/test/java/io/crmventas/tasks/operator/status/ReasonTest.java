package io.crmventas.tasks.operator.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReasonTest {
    @ParameterizedTest
    @EnumSource(Reason.class)
    void isAWordWithARemedyInASentence(Reason reason) {
        assertTrue(reason.text().matches("[A-Z][A-Za-z]+"), reason::text);
        assertTrue(reason.remedy().matches("[A-Z].*\\."), reason::remedy);
    }

    @Test
    void noTwoReasonsShareAWord() {
        assertEquals(
                Reason.values().length,
                Arrays.stream(Reason.values())
                        .map(Reason::text)
                        .collect(Collectors.toSet())
                        .size());
    }
}
