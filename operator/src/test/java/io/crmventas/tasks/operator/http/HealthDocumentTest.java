package io.crmventas.tasks.operator.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.operator.testing.TestPorts;
import io.crmventas.tasks.operator.testing.TestTasks;
import io.crmventas.tasks.operator.view.OperatorView;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HealthDocumentTest {
    /** The operator's own time of a deleted Job has a fraction. The times of Kubernetes have whole seconds. */
    @Test
    void takesTheStateOfTheDatabaseFromTheRunThatEndedLast() {
        OperatorView view = TestPorts.leader(List.of(
                task("earlier", "2026-11-23T12:00:00Z", "failed"),
                task("later", "2026-11-23T12:00:00.5Z", "connected")));
        Map<String, Object> document = HealthDocument.whole(view, Instant.parse("2026-11-23T12:00:01Z"));
        assertEquals(
                "{status=connected, connected=true, checked_at=2026-11-23T12:00:00.500Z}",
                String.valueOf(document.get("database")));
    }

    private static CrmScheduledTask task(String name, String completionTime, String database) {
        CrmScheduledTask task = TestTasks.stored(name, "{task: cleanup, interval: 5m}");
        task.setStatus(Serialization.unmarshal(
                "{\"lastRun\": {\"jobName\": \"a\", \"result\": \"Failed\", \"completionTime\": \"%s\", \"database\": \"%s\"}}"
                        .formatted(completionTime, database),
                CrmScheduledTaskStatus.class));
        return task;
    }
}
