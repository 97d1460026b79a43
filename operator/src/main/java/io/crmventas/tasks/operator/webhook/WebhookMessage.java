package io.crmventas.tasks.operator.webhook;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.crmventas.tasks.api.v1alpha1.Condition;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Breaker;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.PendingNotification;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.operator.status.StatusObserver.StatusChange;
import io.crmventas.tasks.operator.status.Suspension;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A change of a task's outcome that webhooks report.
 *
 * @param pending the entry that the status holds until the delivery
 * @param status the status that holds the notification; it holds no secret
 */
record WebhookMessage(PendingNotification pending, Kind kind, CrmScheduledTask task, CrmScheduledTaskStatus status) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String TYPE = "io.crmventas.task.";
    private static final String TRUE = "True";
    private static final String FALSE = "False";

    /** Each kind has the last part of a CloudEvent's type, and the words of a text message. */
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
    }

    /** Returns the changes that webhooks report. A task that fails again or succeeds again has no change. */
    static List<PendingNotification> causedBy(StatusChange change) {
        return Stream.of(lastRun(change), freshness(change), breaker(change))
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * The first success of a task is no recovery. A success after an Unknown result is a recovery only if the task
     * failed before. The count of failures in a row shows that.
     */
    private static Optional<PendingNotification> lastRun(StatusChange change) {
        return condition(change, "LastRunSucceeded", Kind.FAILED, Kind.RECOVERED, failed(change.previous()));
    }

    private static Optional<PendingNotification> freshness(StatusChange change) {
        return condition(change, "Fresh", Kind.STALE, Kind.FRESH, false);
    }

    /** @param failed whether True is an improvement for any earlier status of the condition */
    private static Optional<PendingNotification> condition(
            StatusChange change, String type, Kind bad, Kind good, boolean failed) {
        // A missing condition counts as Unknown.
        String before = change.previous().condition(type).map(Condition::status).orElse("Unknown");
        Condition now = change.next().condition(type).orElse(null);
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
     * Compares the state of the breaker, because condition Suspended can be True for another cause. If another cause
     * still suspends the task when the breaker closes, the task does not resume.
     */
    private static Optional<PendingNotification> breaker(StatusChange change) {
        Breaker before = change.previous().breaker();
        Breaker now = change.next().breaker();
        if (before == null && now != null) {
            Suspension suspension = Suspension.breakerOpen(now, change.next());
            return Optional.of(pending(
                    change.task(),
                    Kind.PAUSED,
                    now.openedTime(),
                    now.openedTime(),
                    suspension.reason().text(),
                    suspension.explained()));
        }
        if (before != null && now == null) {
            return change.next()
                    .condition("Suspended")
                    .filter(suspended -> suspended.status().equals(FALSE))
                    .map(suspended -> pending(
                            change.task(),
                            Kind.RESUMED,
                            before.openedTime(),
                            suspended.lastTransitionTime(),
                            suspended.reason(),
                            suspended.message()));
        }
        return Optional.empty();
    }

    private static boolean failed(CrmScheduledTaskStatus status) {
        return status.consecutiveFailures() != null && status.consecutiveFailures() > 0;
    }

    private static PendingNotification notification(StatusChange change, Kind kind, Condition now) {
        Instant since = now.lastTransitionTime();
        return pending(change.task(), kind, since, since, now.reason(), now.message());
    }

    /** @param mark a time that no other change of this kind has */
    private static PendingNotification pending(
            CrmScheduledTask task, Kind kind, Instant mark, Instant time, String reason, String message) {
        String id = task.uid() + "-" + kind.text() + "-" + mark.getEpochSecond();
        return new PendingNotification(id, kind.text(), time, reason, message);
    }

    /** Returns empty for a kind that this release does not know. */
    static Optional<WebhookMessage> of(
            CrmScheduledTask task, CrmScheduledTaskStatus status, PendingNotification pending) {
        return Kind.of(pending.kind()).map(kind -> new WebhookMessage(pending, kind, task, status));
    }

    String id() {
        return pending.id();
    }

    /**
     * Returns the message in the format of a webhook: a CloudEvent 1.0 in structured JSON (cloudevents.io), or the text
     * of a Slack-compatible incoming webhook.
     */
    String json(Webhook.Format format) {
        return switch (format) {
            case CLOUD_EVENTS -> JSON.valueToTree(cloudEvent()).toString();
            case SLACK -> JSON.createObjectNode().put("text", text()).toString();
        };
    }

    private Map<String, Object> cloudEvent() {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("specversion", "1.0");
        event.put("id", id());
        event.put(
                "source",
                "/apis/" + CrmScheduledTask.GROUP + "/" + CrmScheduledTask.VERSION + "/namespaces/" + task.namespace()
                        + "/crmscheduledtasks/" + task.name());
        event.put("type", TYPE + kind.text());
        event.put("subject", task.id());
        event.put("time", pending.time().toString());
        event.put("datacontenttype", "application/json");
        event.put("data", data());
        return event;
    }

    private Map<String, Object> data() {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("namespace", task.namespace());
        data.put("name", task.name());
        data.put("task", task.getSpec().task());
        data.put("reason", pending.reason());
        data.put("message", pending.message());
        Run run = status.lastRun();
        put(data, "jobName", run == null ? null : run.jobName());
        put(data, "result", run == null ? null : run.result());
        put(data, "remedy", run == null ? null : run.remedy());
        put(data, "consecutiveFailures", status.consecutiveFailures());
        put(data, "lastSuccessTime", Objects.toString(status.lastSuccessTime(), null));
        put(data, "nextRunTime", status.nextRunTime());
        return data;
    }

    /** Escapes &amp;, &lt; and &gt;, because Slack reads them as markup and can even show links. */
    private String text() {
        String text = (kind.bad ? "🔴 " : "🟢 ") + task.id()
                + " " + kind.predicate + " ("
                + pending.reason() + "). "
                + pending.message();
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static void put(Map<String, Object> data, String key, @Nullable Object value) {
        if (value != null) {
            data.put(key, value);
        }
    }
}
