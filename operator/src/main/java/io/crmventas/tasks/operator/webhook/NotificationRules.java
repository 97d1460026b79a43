package io.crmventas.tasks.operator.webhook;

import io.crmventas.tasks.api.v1alpha1.Condition;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Breaker;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.PendingNotification;
import io.crmventas.tasks.contract.TimeText;
import io.crmventas.tasks.operator.status.StatusObserver.StatusChange;
import io.crmventas.tasks.operator.status.Suspension;
import io.crmventas.tasks.operator.webhook.Notification.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Decides which changes of a status webhooks report. A task that keeps failing or keeps working is no change. */
final class NotificationRules {
    private static final String TRUE = "True";
    private static final String FALSE = "False";

    private NotificationRules() {}

    static List<PendingNotification> notifications(StatusChange change) {
        return Stream.of(lastRun(change), freshness(change), breaker(change))
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * The first success of a task is no recovery. After an Unknown result, a success is a recovery only if the task had
     * failed before, which its failures in a row show.
     */
    private static Optional<PendingNotification> lastRun(StatusChange change) {
        return condition(change, "LastRunSucceeded", Kind.FAILED, Kind.RECOVERED, failed(change.previous()));
    }

    private static Optional<PendingNotification> freshness(StatusChange change) {
        return condition(change, "Fresh", Kind.STALE, Kind.FRESH, false);
    }

    /** @param failed whether True is a change for the better, whatever the condition was before */
    private static Optional<PendingNotification> condition(
            StatusChange change, String type, Kind bad, Kind good, boolean failed) {
        // A condition that was not there was Unknown.
        String before = find(change.previous(), type).map(Condition::status).orElse("Unknown");
        Condition now = find(change.next(), type).orElse(null);
        if (now == null || now.status().equals(before)) {
            return Optional.empty();
        }
        return switch (now.status()) {
            case FALSE -> Optional.of(notification(change, bad, now));
            case TRUE ->
                before.equals(FALSE) || failed ? Optional.of(notification(change, good, now)) : Optional.empty();
            default -> Optional.empty();
        };
    }

    /**
     * Follows the state of the breaker, not condition Suspended, which can be True all the time for another cause. A task
     * does not resume when its breaker closes while something else suspends it.
     */
    private static Optional<PendingNotification> breaker(StatusChange change) {
        Breaker before = change.previous() == null ? null : change.previous().breaker();
        Breaker now = change.next().breaker();
        if (before == null && now != null) {
            Suspension suspension = Suspension.breakerOpen(now, change.next());
            Instant opened = TimeText.parse(now.openedTime()).orElseThrow();
            return Optional.of(pending(
                    change.task(),
                    Kind.PAUSED,
                    opened,
                    opened,
                    suspension.reason().text(),
                    suspension.explained()));
        }
        if (before != null && now == null) {
            return find(change.next(), "Suspended")
                    .filter(suspended -> suspended.status().equals(FALSE))
                    .map(suspended -> pending(
                            change.task(),
                            Kind.RESUMED,
                            TimeText.parse(before.openedTime()).orElseThrow(),
                            TimeText.parse(suspended.lastTransitionTime()).orElseThrow(),
                            suspended.reason(),
                            suspended.message()));
        }
        return Optional.empty();
    }

    private static boolean failed(@Nullable CrmScheduledTaskStatus status) {
        return status != null && status.consecutiveFailures() != null && status.consecutiveFailures() > 0;
    }

    private static PendingNotification notification(StatusChange change, Kind kind, Condition now) {
        Instant since = TimeText.parse(now.lastTransitionTime()).orElseThrow();
        return pending(change.task(), kind, since, since, now.reason(), now.message());
    }

    /** @param mark a moment that no other change of this kind has */
    private static PendingNotification pending(
            CrmScheduledTask task, Kind kind, Instant mark, Instant time, String reason, String message) {
        String id = task.getMetadata().getUid() + "-" + kind.text() + "-" + mark.getEpochSecond();
        return new PendingNotification(id, kind.text(), time.toString(), reason, message);
    }

    private static Optional<Condition> find(@Nullable CrmScheduledTaskStatus status, String type) {
        return status == null ? Optional.empty() : Condition.find(status.conditions(), type);
    }
}
