package io.crmventas.tasks.runner.task.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.settings.Settings;
import io.crmventas.tasks.runner.task.output.Texts.Language;
import org.junit.jupiter.api.Test;

class ReportParametersTest {
    private static DailyReports parse(String json) {
        return DailyReports.read(Settings.ofParameters(json));
    }

    @Test
    void defaultIsThreeDaysInSpanish() {
        assertEquals(new DailyReports(3, Language.ES), parse("{}"));
        assertEquals(new DailyReports(7, Language.EN), parse("{\"days\": 7, \"language\": \"en\"}"));
    }

    @Test
    void namesEveryWrongParameterAtOnce() {
        Failure refused = assertThrows(Failure.class, () -> parse("""
                {"days": 8, "language": "fr", "window": "30d"}"""));

        for (String name : new String[] {"days", "language", "window"}) {
            assertTrue(String.valueOf(refused.getMessage()).contains(name), name);
        }
    }
}
