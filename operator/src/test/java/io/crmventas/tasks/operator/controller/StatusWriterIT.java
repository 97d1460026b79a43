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
    private CrmScheduledTask seen;
    private StatusWriter thawed;

    @BeforeEach
    void start(LocalApiServer server) {
        crm = OperatorHarness.start(server, Map.of("WATCH_NAMESPACES", "nowhere"));
        crm.create(TASK, "{task: cleanup, interval: 5m}");
        seen = live();
        thawed = new StatusWriter(crm.client());
    }

    @AfterEach
    void stop() {
        crm.close();
    }

    /** A leader can be frozen after it read the task and before it writes the status. */
    @Test
    void aThawedLeaderDoesNotReplaceTheStatusOfItsSuccessor() {
        new StatusWriter(crm.client()).write(live(), CrmScheduledTaskStatus.EMPTY, active("of-the-successor"));
        KubernetesClientException conflict = assertThrows(
                KubernetesClientException.class,
                () -> thawed.write(seen, thawed.latest(seen), active("of-the-thawed")));
        assertEquals(409, conflict.getCode());
        assertEquals(active("of-the-successor"), live().reportedStatus());
        assertEquals(
                live().reportedStatus(),
                thawed.latest(seen),
                "the next reconcile continues from the successor's status");
        thawed.write(seen, thawed.latest(seen), active("later"));
        assertEquals(active("later"), live().reportedStatus());
    }

    @Test
    void writesTheStatusOfATaskWhoseEditIsMissingFromTheCache() {
        crm.edit(TASK, "{task: cleanup, interval: 10m}");
        crm.annotate(TASK, "example.com/look", "again");
        thawed.write(seen, thawed.latest(seen), active("first"));
        thawed.write(seen, thawed.latest(seen), active("second"));
        assertEquals(active("second"), live().reportedStatus());
        assertEquals("10m", live().getSpec().interval());
    }

    @Test
    void aRecreatedTaskDoesNotInheritAStatus() {
        crm.task(TASK).delete();
        crm.create(TASK, "{task: cleanup, interval: 5m}");
        assertThrows(
                KubernetesClientException.class, () -> thawed.write(seen, thawed.latest(seen), active("of-the-old")));
        assertEquals(CrmScheduledTaskStatus.EMPTY, live().reportedStatus());
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
