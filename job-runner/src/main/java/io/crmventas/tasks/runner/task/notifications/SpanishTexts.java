package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.runner.task.output.Notification.Text;
import io.crmventas.tasks.runner.task.output.Priority;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The CRM's language. */
record SpanishTexts() implements Texts {
    @Override
    public Text unanswered(Person person, Duration waited) {
        return Text.titled(
                "",
                person.shortName(),
                " espera respuesta desde hace " + Texts.span(waited),
                person.fullName() + " escribió hace " + Texts.span(waited) + " y todavía nadie le respondió.");
    }

    @Override
    public Text unansweredForCeo(Person person, Duration waited, @Nullable String seller) {
        return Text.titled(
                "Sin respuesta desde hace " + Texts.span(waited) + ": ",
                person.shortName(),
                "",
                person.fullName() + " espera respuesta desde hace " + Texts.span(waited) + ". " + assigned(seller));
    }

    @Override
    public Text hotLead(Person person, long messages, BigDecimal score) {
        return Text.titled(
                "Lead caliente: ",
                person.shortName(),
                "",
                conversation(person, messages, score) + " Es un buen momento para escribirle.");
    }

    @Override
    public Text hotLeadForCeo(Person person, long messages, BigDecimal score, @Nullable String seller) {
        return Text.titled(
                "Lead muy caliente: ",
                person.shortName(),
                "",
                conversation(person, messages, score) + " " + assigned(seller));
    }

    @Override
    public Text followUp(Person person, Priority priority, Duration waited) {
        String quiet = "No hay mensajes con " + person.fullName() + " desde hace " + Texts.span(waited) + ". ";
        return Text.titled(
                "Seguimiento pendiente: ",
                person.shortName(),
                "",
                quiet
                        + switch (priority) {
                            case CRITICAL, HIGH -> "El lead está en proceso: conviene retomar la conversación.";
                            case MEDIUM -> "El lead es nuevo: conviene dar el próximo paso.";
                            case LOW -> "Todavía no es un lead: conviene retomar o cerrar la conversación.";
                        });
    }

    @Override
    public Text performance(MetricKind kind, BigDecimal value, BigDecimal threshold, @Nullable String seller) {
        return switch (kind) {
            case RESPONSE_TIME ->
                new Text(
                        "Tiempo de respuesta alto: " + Texts.span(value),
                        "Tu tiempo de respuesta promedio de hoy es de " + Texts.span(value) + "; el objetivo es de "
                                + Texts.span(threshold) + " como máximo.");
            case CONVERSION_RATE ->
                new Text(
                        "Tasa de conversión baja: " + percent(value),
                        "Tu tasa de conversión es del " + percent(value) + "; el objetivo es del " + percent(threshold)
                                + " o más.");
            case ACTIVE_CONVERSATIONS ->
                new Text(
                        "Pocas conversaciones activas: " + Texts.plain(value),
                        "Conversaciones activas en las últimas 24 horas: " + Texts.plain(value)
                                + "; se esperan al menos " + Texts.plain(threshold) + ".");
            case RESPONSE_TIME_CRITICAL ->
                Text.titled(
                        "Tiempo de respuesta crítico: ",
                        name(seller),
                        "",
                        "El tiempo de respuesta promedio de " + name(seller) + " es hoy de " + Texts.span(value)
                                + "; el límite es de " + Texts.span(threshold) + ".");
        };
    }

    private static String conversation(Person person, long messages, BigDecimal score) {
        return "La conversación con " + person.fullName() + " tiene " + messages
                + (messages == 1 ? " mensaje reciente" : " mensajes recientes") + " (puntaje " + decimal(score) + ").";
    }

    private static String assigned(@Nullable String seller) {
        return "Asignado a: " + name(seller) + ".";
    }

    private static String name(@Nullable String seller) {
        return seller == null ? "alguien sin nombre cargado" : seller;
    }

    private static String percent(BigDecimal rate) {
        return decimal(rate) + " %";
    }

    private static String decimal(BigDecimal number) {
        return Texts.plain(number).replace('.', ',');
    }
}
