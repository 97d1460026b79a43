package io.crmventas.tasks.api.v1alpha1;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrmScheduledTaskTest {
    /** Any client can write a status, and the API server accepts any text as a time. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{lastSuccessTime: yesterday}",
                "{startsCountedUntil: ''}",
                "{lastRun: {jobName: x, trigger: Manual, result: Failed, completionTime: at noon}}",
                "{conditions: [{type: Ready, status: 'True', reason: x, message: x, lastTransitionTime: x}]}",
                "{history: [{jobName: x, trigger: Manual, result: Failed, scheduledTime: 12}]}",
                "{consecutiveFailures: 99999999999}",
                "{active: [{jobName: x}]}",
                "7"
            })
    void readsAnUnreadableStatusAsAbsent(String status) {
        assertEquals(CrmScheduledTaskStatus.EMPTY, task(status).reportedStatus());
    }

    @Test
    void readsAStatus() {
        CrmScheduledTaskStatus status =
                task("{lastSuccessTime: '2026-01-05T10:00:00Z'}").reportedStatus();
        assertEquals(Instant.parse("2026-01-05T10:00:00Z"), status.lastSuccessTime());
    }

    private static CrmScheduledTask task(String status) {
        return Serialization.unmarshal("""
                apiVersion: crmventas.io/v1alpha1
                kind: CrmScheduledTask
                metadata: {name: cleanup, namespace: crm}
                spec: {task: cleanup, interval: 1h}
                status: %s
                """.formatted(status), CrmScheduledTask.class);
    }
}
