package io.crmventas.tasks.runner.task.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.crmventas.tasks.runner.task.output.Notification.Text;
import io.crmventas.tasks.runner.task.output.Texts;
import io.crmventas.tasks.runner.task.output.Texts.Language;
import io.crmventas.tasks.runner.task.reports.Figures.ReportDay;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FiguresTest {
    private static Figures figures(String responseTime, @Nullable String bestSeller) {
        String metadata = """
                {"new_leads": 5, "won": 2, "lost": 1, "won_value": 1234567.5, "messages_in": 120, "messages_out": 98,
                 "active_conversations": 34, "unanswered_now": 3, "avg_response_time_seconds": %s}""".formatted(responseTime);
        return new Figures(new ReportDay(1, "20260609"), 0, bestSeller, metadata, "key", "{}");
    }

    @Test
    void writesTheReportInSpanish() {
        Text text = figures("252", "Ana Pérez").text(new Texts(Language.ES));

        assertEquals("Reporte diario del 09/06/2026", text.title());
        assertEquals(
                "Leads nuevos: 5. Ganados: 2 (valor 1.234.567,50). Perdidos: 1. Conversaciones activas: 34"
                        + " (120 mensajes recibidos, 98 enviados). Sin responder ahora: 3."
                        + " Tiempo medio de respuesta: 4 min 12 s. Mejor vendedor: Ana Pérez.",
                text.message());
    }

    @Test
    void writesTheReportInEnglish() {
        Text text = figures("null", null).text(new Texts(Language.EN));

        assertEquals("Daily report for 2026-06-09", text.title());
        assertEquals(
                "New leads: 5. Won: 2 (value 1,234,567.50). Lost: 1. Active conversations: 34"
                        + " (120 messages received, 98 sent). Unanswered now: 3. Average response time: no data.",
                text.message());
    }
}
