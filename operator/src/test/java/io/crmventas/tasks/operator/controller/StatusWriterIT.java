package io.crmventas.tasks.operator.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two operators write one status. The test calls the writers itself; its operator watches another namespace. */
@ExtendWith(LocalApiServerExtension.class)
class StatusWriterIT {
    private static final String TASK = "cleanup";

    private OperatorHarness crm;
    private StatusWriter statuses;
    /** This is the task in the cache of a leader that a person froze after it read the task. */
    private CrmScheduledTask cached;

    @BeforeEach
    void start(LocalApiServer server) {
        crm = OperatorHarness.start(server, Map.of("WATCH_NAMESPACES", "nowhere"));
        crm.create(TASK, "{task: cleanup, interval: 5m}");
        cached = live();
        statuses = new StatusWriter(crm.client());
    }

    @AfterEach
    void stop() {
        crm.close();
    }

    @Test
    void aThawedLeaderDoesNotReplaceTheStatusOfItsSuccessor() {
        statuses.write(live(), active("of-the-successor"), _ -> {});
        assertConflict(active("of-the-thawed"));
        assertEquals(active("of-the-successor"), live().reportedStatus());
        assertEquals(
                live().reportedStatus(),
                StatusWriter.stored(cached),
                "the next reconcile continues from the successor's status");
        write(active("later"));
        assertEquals(active("later"), live().reportedStatus());
    }

    @Test
    void readsAnEditThatIsMissingFromTheCacheBeforeItWrites() {
        crm.edit(TASK, "{task: cleanup, interval: 10m}");
        crm.annotate(TASK, "example.com/look", "again");
        assertConflict(active("of-the-old-spec"));
        assertEquals("10m", cached.getSpec().interval());
        write(active("first"));
        write(active("second"));
        assertEquals(active("second"), live().reportedStatus());
        assertEquals("10m", live().getSpec().interval());
    }

    @Test
    void aRecreatedTaskDoesNotInheritAStatus() {
        crm.task(TASK).delete();
        crm.create(TASK, "{task: cleanup, interval: 5m}");
        assertConflict(active("of-the-old"));
        assertEquals(CrmScheduledTaskStatus.EMPTY, live().reportedStatus());
    }

    private void write(CrmScheduledTaskStatus status) {
        cached = statuses.write(cached, status, newest -> cached = newest);
    }

    private void assertConflict(CrmScheduledTaskStatus status) {
        assertEquals(
                409,
                assertThrows(KubernetesClientException.class, () -> write(status))
                        .getCode());
    }

    private CrmScheduledTask live() {
        return Objects.requireNonNull(crm.task(TASK).get());
    }

    private static CrmScheduledTaskStatus active(String job) {
        return Serialization.unmarshal(
                "{\"observedGeneration\": 1, \"active\": [\"" + job + "\"], \"consecutiveFailures\": 0}",
                CrmScheduledTaskStatus.class);
    }
}
