package io.crmventas.tasks.runner.task.reports;

import com.fasterxml.jackson.databind.JsonNode;
import io.crmventas.tasks.runner.task.Language;
import io.crmventas.tasks.runner.task.output.Notification.Text;
import java.math.BigDecimal;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Title and message of a report. Numbers are formatted by hand: a slim Java runtime has no Spanish locale. */
final class ReportText {
    private ReportText() {}

    static Text of(Figures figures, Language language) {
        return switch (language) {
            case SPANISH -> spanish(figures);
            case ENGLISH -> english(figures);
        };
    }

    private static Text spanish(Figures figures) {
        LocalDate date = LocalDate.parse(figures.date());
        JsonNode is = figures.metadata();
        return new Text(
                "Reporte diario del "
                        + DateTimeFormatter.ofPattern("dd/MM/yyyy", Locale.ROOT).format(date),
                "Leads nuevos: " + is.path("new_leads").asText()
                        + ". Ganados: " + is.path("won").asText() + " (valor " + money(is, ',', '.') + ")"
                        + ". Perdidos: " + is.path("lost").asText()
                        + ". Conversaciones activas: "
                        + is.path("active_conversations").asText() + " ("
                        + is.path("messages_in").asText() + " mensajes recibidos, "
                        + is.path("messages_out").asText() + " enviados)"
                        + ". Sin responder ahora: " + is.path("unanswered_now").asText()
                        + ". Tiempo medio de respuesta: " + responseTime(is, "sin datos")
                        + (figures.bestSeller() == null ? "." : ". Mejor vendedor: " + figures.bestSeller() + "."));
    }

    private static Text english(Figures figures) {
        JsonNode is = figures.metadata();
        return new Text(
                "Daily report for " + figures.date(),
                "New leads: " + is.path("new_leads").asText()
                        + ". Won: " + is.path("won").asText() + " (value " + money(is, '.', ',') + ")"
                        + ". Lost: " + is.path("lost").asText()
                        + ". Active conversations: "
                        + is.path("active_conversations").asText() + " ("
                        + is.path("messages_in").asText() + " messages received, "
                        + is.path("messages_out").asText() + " sent)"
                        + ". Unanswered now: " + is.path("unanswered_now").asText()
                        + ". Average response time: " + responseTime(is, "no data")
                        + (figures.bestSeller() == null ? "." : ". Best seller: " + figures.bestSeller() + "."));
    }

    private static String money(JsonNode is, char decimal, char grouping) {
        DecimalFormatSymbols symbols = DecimalFormatSymbols.getInstance(Locale.ROOT);
        symbols.setDecimalSeparator(decimal);
        symbols.setGroupingSeparator(grouping);
        BigDecimal value = is.path("won_value").decimalValue();
        return new DecimalFormat("#,##0.00", symbols).format(value);
    }

    private static String responseTime(JsonNode is, String unknown) {
        JsonNode seconds = is.path("avg_response_time_seconds");
        if (seconds.isNull()) {
            return unknown;
        }
        Duration time = Duration.ofSeconds(seconds.longValue());
        return (time.toHours() > 0 ? time.toHours() + " h " : "")
                + (time.toMinutes() > 0 ? time.toMinutesPart() + " min " : "")
                + time.toSecondsPart() + " s";
    }
}
