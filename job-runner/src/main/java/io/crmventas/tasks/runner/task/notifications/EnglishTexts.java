package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.runner.task.output.Notification.Text;
import io.crmventas.tasks.runner.task.output.Priority;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** {@code language: en}. */
record EnglishTexts() implements Texts {
    @Override
    public Text unanswered(Person person, Duration waited) {
        return Text.titled(
                "",
                person.shortName(),
                " has been waiting for " + Texts.span(waited),
                person.fullName() + " wrote " + Texts.span(waited) + " ago and nobody has answered yet.");
    }

    @Override
    public Text unansweredForCeo(Person person, Duration waited, @Nullable String seller) {
        return Text.titled(
                "Unanswered for " + Texts.span(waited) + ": ",
                person.shortName(),
                "",
                person.fullName() + " has been waiting for " + Texts.span(waited) + ". " + assigned(seller));
    }

    @Override
    public Text hotLead(Person person, long messages, BigDecimal score) {
        return Text.titled(
                "Hot lead: ",
                person.shortName(),
                "",
                conversation(person, messages, score) + " This is a good moment to write.");
    }

    @Override
    public Text hotLeadForCeo(Person person, long messages, BigDecimal score, @Nullable String seller) {
        return Text.titled(
                "Very hot lead: ",
                person.shortName(),
                "",
                conversation(person, messages, score) + " " + assigned(seller));
    }

    @Override
    public Text followUp(Person person, Priority priority, Duration waited) {
        String quiet = "No messages with " + person.fullName() + " for " + Texts.span(waited) + ". ";
        return Text.titled(
                "Follow up with ",
                person.shortName(),
                "",
                quiet
                        + switch (priority) {
                            case CRITICAL, HIGH -> "The lead is in progress: time to pick up the conversation.";
                            case MEDIUM -> "The lead is new: time for the next step.";
                            case LOW -> "There is no lead yet: pick up the conversation or close it.";
                        });
    }

    @Override
    public Text performance(MetricKind kind, BigDecimal value, BigDecimal threshold, @Nullable String seller) {
        return switch (kind) {
            case RESPONSE_TIME ->
                new Text(
                        "Slow responses: " + Texts.span(value),
                        "Your average response time today is " + Texts.span(value) + "; the goal is "
                                + Texts.span(threshold) + " at most.");
            case CONVERSION_RATE ->
                new Text(
                        "Low conversion rate: " + Texts.plain(value) + "%",
                        "Your conversion rate is " + Texts.plain(value) + "%; the goal is " + Texts.plain(threshold)
                                + "% or more.");
            case ACTIVE_CONVERSATIONS ->
                new Text(
                        "Few active conversations: " + Texts.plain(value),
                        "Active conversations in the last 24 hours: " + Texts.plain(value) + "; at least "
                                + Texts.plain(threshold) + " are expected.");
            case RESPONSE_TIME_CRITICAL ->
                Text.titled(
                        "Very slow responses: ",
                        name(seller),
                        "",
                        "The average response time of " + name(seller) + " today is " + Texts.span(value)
                                + "; the limit is " + Texts.span(threshold) + ".");
        };
    }

    private static String conversation(Person person, long messages, BigDecimal score) {
        return "The conversation with " + person.fullName() + " has " + messages
                + (messages == 1 ? " recent message" : " recent messages") + " (score " + Texts.plain(score) + ").";
    }

    private static String assigned(@Nullable String seller) {
        return "Assigned to: " + name(seller) + ".";
    }

    private static String name(@Nullable String seller) {
        return seller == null ? "somebody without a name on file" : seller;
    }
}
