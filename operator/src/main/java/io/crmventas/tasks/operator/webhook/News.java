package io.crmventas.tasks.operator.webhook;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import java.time.Instant;

/**
 * A change of outcome that is worth telling somebody who does not look.
 *
 * @param id the same for the same change, however often it is told
 * @param time of the change
 * @param message for people; holds no secret, for it is a condition's message
 */
record News(
        String id,
        Kind kind,
        Instant time,
        String namespace,
        String name,
        String task,
        String reason,
        String message,
        CrmScheduledTaskStatus status) {

    /** The last part of a CloudEvent's type, and how a person would put it. */
    enum Kind {
        FAILED("failed", "failed", true),
        RECOVERED("recovered", "works again", false),
        STALE("stale", "had no success for too long", true),
        FRESH("fresh", "is up to date again", false),
        PAUSED("paused", "paused itself after too many failures", true),
        RESUMED("resumed", "goes on after its pause", false);

        private final String text;
        private final String sentence;
        private final boolean bad;

        Kind(String text, String sentence, boolean bad) {
            this.text = text;
            this.sentence = sentence;
            this.bad = bad;
        }

        String text() {
            return text;
        }

        String sentence() {
            return sentence;
        }

        boolean bad() {
            return bad;
        }
    }

    /** @param mark a moment that no other change of this kind has */
    static News of(CrmScheduledTask task, Kind kind, Instant mark, Turn turn, CrmScheduledTaskStatus status) {
        return new News(
                task.getMetadata().getUid() + "-" + kind.text() + "-" + mark.getEpochSecond(),
                kind,
                turn.since(),
                task.getMetadata().getNamespace(),
                task.getMetadata().getName(),
                task.getSpec().task(),
                turn.reason(),
                turn.message(),
                status);
    }
}
