package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.runner.task.Language;
import io.crmventas.tasks.runner.task.output.Notification.Text;
import io.crmventas.tasks.runner.task.output.Priority;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the CRM's users read: who waits, for how long, and what to do. */
sealed interface Texts permits SpanishTexts, EnglishTexts {
    Text unanswered(Person person, Duration waited);

    Text unansweredForCeo(Person person, Duration waited, @Nullable String seller);

    Text hotLead(Person person, long messages, BigDecimal score);

    Text hotLeadForCeo(Person person, long messages, BigDecimal score, @Nullable String seller);

    Text followUp(Person person, Priority priority, Duration waited);

    /** @param seller whom the alert is about; the reader himself, or the CEO's seller */
    Text performance(MetricKind kind, BigDecimal value, BigDecimal threshold, @Nullable String seller);

    static Texts in(Language language) {
        return switch (language) {
            case SPANISH -> new SpanishTexts();
            case ENGLISH -> new EnglishTexts();
        };
    }

    /** The two largest units, rounded down: {@code 2 d 3 h}, {@code 1 h 25 min}, {@code 40 s}. */
    static String span(Duration duration) {
        if (duration.toDays() > 0) {
            return duration.toDays() + " d" + (duration.toHoursPart() > 0 ? " " + duration.toHoursPart() + " h" : "");
        }
        if (duration.toHours() > 0) {
            return duration.toHours()
                    + " h"
                    + (duration.toMinutesPart() > 0 ? " " + duration.toMinutesPart() + " min" : "");
        }
        if (duration.toMinutes() > 0) {
            return duration.toMinutes()
                    + " min"
                    + (duration.toSecondsPart() > 0 ? " " + duration.toSecondsPart() + " s" : "");
        }
        return duration.toSeconds() + " s";
    }

    static String span(BigDecimal seconds) {
        return span(Duration.ofSeconds(seconds.longValue()));
    }

    static String plain(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }
}
