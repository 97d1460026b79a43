package io.crmventas.tasks.operator.webhook;

import io.crmventas.tasks.api.v1alpha1.Condition;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.operator.status.StatusObserver.StatusChange;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Creates changes of statuses that hold only the fields of a test. */
final class TestChanges {
    private static final String TIME = "2026-11-23T12:00:00Z";

    private TestChanges() {}

    static Map<String, String> conditions(String type, String status) {
        return Map.of(type, status);
    }

    /** @param breaker when the breaker opened; null for a closed one */
    static CrmScheduledTaskStatus status(Map<String, String> conditions, int failures, @Nullable String breaker) {
        String json = "{\"consecutiveFailures\":" + failures
                + ",\"lastRun\":{\"jobName\":\"cleanup-1\",\"result\":\"Failed\"}"
                + (breaker == null ? "" : ",\"breaker\":{\"openedTime\":\"" + breaker + "\",\"trialRuns\":0}")
                + ",\"conditions\":" + Serialization.asJson(list(conditions, TIME)) + "}";
        return Serialization.unmarshal(json, CrmScheduledTaskStatus.class);
    }

    static CrmScheduledTaskStatus statusAt(String time, Map<String, String> conditions) {
        return Serialization.unmarshal(
                "{\"conditions\":" + Serialization.asJson(list(conditions, time)) + "}", CrmScheduledTaskStatus.class);
    }

    static StatusChange change(CrmScheduledTaskStatus previous, CrmScheduledTaskStatus next) {
        return new StatusChange(task(), previous, next, List.of());
    }

    static StatusChange failure() {
        return change(CrmScheduledTaskStatus.EMPTY, status(conditions("LastRunSucceeded", "False"), 1, null));
    }

    static StatusChange laterFailure() {
        return change(
                CrmScheduledTaskStatus.EMPTY,
                statusAt("2026-11-24T12:00:00Z", conditions("LastRunSucceeded", "False")));
    }

    private static CrmScheduledTask task() {
        return Serialization.unmarshal("""
                apiVersion: crmventas.io/v1alpha1
                kind: CrmScheduledTask
                metadata: {name: cleanup, namespace: crm, uid: 0a1b}
                spec: {task: cleanup, interval: 1h}
                """, CrmScheduledTask.class);
    }

    private static List<Condition> list(Map<String, String> conditions, String time) {
        return conditions.entrySet().stream()
                .map(it -> new Condition(
                        it.getKey(),
                        it.getValue(),
                        1L,
                        Instant.parse(time),
                        "DatabaseUnavailable",
                        "No <answer> & no hope."))
                .toList();
    }
}
