package io.crmventas.tasks.runner.task.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.crmventas.tasks.runner.task.InvalidParameters;
import io.crmventas.tasks.runner.task.Language;
import org.junit.jupiter.api.Test;

class ReportParametersTest {
    private static ReportParameters parse(String json) throws JsonProcessingException {
        return ReportParameters.parse(new JsonMapper().readTree(json));
    }

    @Test
    void threeDaysInSpanishUnlessToldOtherwise() throws JsonProcessingException {
        assertEquals(new ReportParameters(3, Language.SPANISH), parse("{}"));
        assertEquals(new ReportParameters(7, Language.ENGLISH), parse("{\"days\": 7, \"language\": \"en\"}"));
    }

    @Test
    void namesEveryWrongParameterAtOnce() {
        InvalidParameters refused = assertThrows(InvalidParameters.class, () -> parse("""
                {"days": 8, "language": "fr", "window": "30d"}"""));

        for (String name : new String[] {"days", "language", "window"}) {
            assertTrue(String.valueOf(refused.getMessage()).contains(name), name);
        }
    }
}
