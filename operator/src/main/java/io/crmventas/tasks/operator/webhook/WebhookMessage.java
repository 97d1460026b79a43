package io.crmventas.tasks.operator.webhook;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
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
import java.util.Locale;
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
    private static final JsonMapper JSON = JsonMapper.builder()
            .defaultPropertyInclusion(JsonInclude.Value.construct(Include.NON_NULL, Include.NON_NULL))
            .build();
    private static final String FALSE = "False";

    /** Each kind has the words of a text message. */
    enum Kind {
        FAILED("🔴 %s failed"),
        RECOVERED("🟢 %s works again"),
        STALE("🔴 %s had no success for too long"),
        FRESH("🟢 %s is up to date again"),
        PAUSED("🔴 %s paused itself after too many failures"),
        RESUMED("🟢 %s resumes after its pause");

        private final String sentence;

        Kind(String sentence) {
            this.sentence = sentence;
        }

        static Optional<Kind> of(String text) {
            return Arrays.stream(values())
                    .filter(kind -> kind.text().equals(text))
                    .findFirst();
        }

        /** Returns the last part of a CloudEvent's type. */
        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Returns the changes that webhooks report. A task that fails again or succeeds again has no change. */
    static List<PendingNotification> causedBy(StatusChange change) {
        Integer failures = change.previous().consecutiveFailures();
        // The first success of a task is no recovery. The result before a recovery can be Unknown.
        boolean failed = failures != null && failures > 0;
        return Stream.of(
                        condition(change, "LastRunSucceeded", Kind.FAILED, Kind.RECOVERED, failed),
                        condition(change, "Fresh", Kind.STALE, Kind.FRESH, false),
                        breaker(change))
                .flatMap(Optional::stream)
                .toList();
    }

    /** @param failed whether True is an improvement for any earlier status of the condition */
    private static Optional<PendingNotification> condition(
            StatusChange change, String type, Kind bad, Kind good, boolean failed) {
        // A missing condition counts as Unknown.
        String before = change.previous().condition(type).map(Condition::status).orElse("Unknown");
        return change.next()
                .condition(type)
                .filter(now -> !now.status().equals(before))
                .filter(now ->
                        now.status().equals(FALSE) || (now.status().equals("True") && (before.equals(FALSE) || failed)))
                .map(now -> pending(
                        change.task(),
                        now.status().equals(FALSE) ? bad : good,
                        now.lastTransitionTime(),
                        now.lastTransitionTime(),
                        now.reason(),
                        now.message()));
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
        event.put("type", "io.crmventas.task." + kind.text());
        event.put("subject", task.id());
        event.put("time", pending.time().toString());
        event.put("datacontenttype", "application/json");
        event.put("data", data());
        return event;
    }

    private Map<String, @Nullable Object> data() {
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("namespace", task.namespace());
        data.put("name", task.name());
        data.put("task", task.getSpec().task());
        data.put("reason", pending.reason());
        data.put("message", pending.message());
        Run run = status.lastRun();
        data.put("jobName", run == null ? null : run.jobName());
        data.put("result", run == null ? null : run.result());
        data.put("remedy", run == null ? null : run.remedy());
        data.put("consecutiveFailures", status.consecutiveFailures());
        data.put("lastSuccessTime", Objects.toString(status.lastSuccessTime(), null));
        data.put("nextRunTime", status.nextRunTime());
        return data;
    }

    /** Escapes &amp;, &lt; and &gt;, because Slack reads them as markup and can even show links. */
    private String text() {
        String text = kind.sentence.formatted(task.id()) + " (" + pending.reason() + "). " + pending.message();
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
