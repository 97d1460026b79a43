package io.crmventas.tasks.operator.webhook;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.PendingNotification;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * A change of a task's outcome that webhooks report.
 *
 * @param pending as the status holds it until it is delivered
 * @param status of the task; holds no secret
 */
record Notification(
        PendingNotification pending,
        Kind kind,
        String namespace,
        String name,
        String task,
        CrmScheduledTaskStatus status) {

    /** The last part of a CloudEvent's type, and the words of a text message. */
    enum Kind {
        FAILED("failed", "failed", true),
        RECOVERED("recovered", "works again", false),
        STALE("stale", "had no success for too long", true),
        FRESH("fresh", "is up to date again", false),
        PAUSED("paused", "paused itself after too many failures", true),
        RESUMED("resumed", "resumes after its pause", false);

        private final String text;
        private final String predicate;
        private final boolean bad;

        Kind(String text, String predicate, boolean bad) {
            this.text = text;
            this.predicate = predicate;
            this.bad = bad;
        }

        static Optional<Kind> of(String text) {
            return Arrays.stream(values())
                    .filter(kind -> kind.text.equals(text))
                    .findFirst();
        }

        String text() {
            return text;
        }

        String predicate() {
            return predicate;
        }

        boolean bad() {
            return bad;
        }
    }

    /** Empty for a kind that this release does not know. */
    static Optional<Notification> of(
            CrmScheduledTask task, CrmScheduledTaskStatus status, PendingNotification pending) {
        return Kind.of(pending.kind())
                .map(kind -> new Notification(
                        pending,
                        kind,
                        task.getMetadata().getNamespace(),
                        task.getMetadata().getName(),
                        task.getSpec().task(),
                        status));
    }

    /** @param mark a moment that no other change of this kind has */
    static PendingNotification pending(
            CrmScheduledTask task, Kind kind, Instant mark, Instant time, String reason, String message) {
        String id = task.getMetadata().getUid() + "-" + kind.text() + "-" + mark.getEpochSecond();
        return new PendingNotification(id, kind.text(), time.toString(), reason, message);
    }

    String id() {
        return pending.id();
    }
}
