package io.crmventas.tasks.operator;

import static io.crmventas.tasks.operator.testing.Statuses.condition;
import static io.crmventas.tasks.operator.testing.Statuses.message;
import static io.crmventas.tasks.operator.testing.Statuses.ready;
import static io.crmventas.tasks.operator.testing.Statuses.reason;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.operator.testing.FakeCluster;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A person pauses one task by an annotation, or all tasks by a ConfigMap. */
@ExtendWith(LocalApiServerExtension.class)
class PauseIT {
    private static final String TASK = "cleanup";

    private OperatorHarness crm;

    @BeforeEach
    void start(LocalApiServer server) {
        crm = OperatorHarness.start(server, Map.of("POD_NAMESPACE", "crm-system"));
        crm.create(TASK, "{task: cleanup, interval: 5m}");
        crm.await(TASK, ready("True"));
    }

    @AfterEach
    void stop() {
        crm.close();
        pauseOfAll().delete();
    }

    @Test
    void pauseSuspendsTheTaskUntilItIsRemovedAndRunsStartOnRequest() {
        Job running = new FakeCluster(crm).scheduledJob(TASK);
        annotate("\"crmventas.io/paused\":\"Seller on leave\",\"crmventas.io/paused-by\":\"ana\"");
        CrmScheduledTaskStatus paused = crm.await(TASK, condition("Suspended", "True"));
        assertEquals("Paused", reason(paused, "Suspended"));
        assertTrue(message(paused, "Suspended").contains("by ana"));
        assertEquals("ana", paused.pause().by());
        assertNull(paused.nextRunTime());
        assertTrue(crm.cronJob(TASK).get().getSpec().getSuspend());
        assertNotNull(crm.client().resource(running).get(), "a pause does not stop an active run");

        crm.close();
        crm = crm.restarted(Map.of("POD_NAMESPACE", "crm-system"));
        annotate("\"crmventas.io/run-requested\":\"now\"");
        CrmScheduledTaskStatus requested = crm.await(TASK, status -> "now".equals(status.lastHandledRunRequest()));
        assertEquals(paused.pause(), requested.pause(), "the pause keeps the time of its first observation");

        annotate("\"crmventas.io/paused\":null");
        assertNull(crm.await(TASK, condition("Suspended", "False")).pause());
        crm.awaitCronJob(TASK, cronJob -> !cronJob.getSpec().getSuspend());
    }

    @Test
    void resumesTheTaskWhenThePauseExpires() {
        Instant until = Instant.now().plusSeconds(10);
        annotate("\"crmventas.io/paused\":\"true\",\"crmventas.io/paused-until\":\"" + until + "\"");
        crm.await(TASK, condition("Suspended", "True"));
        crm.await(TASK, condition("Suspended", "False"));
        assertTrue(Instant.now().isAfter(until));
        assertEquals("true", crm.task(TASK).get().getMetadata().getAnnotations().get("crmventas.io/paused"));
    }

    @Test
    void oneConfigMapPausesAllTasks() {
        crm.create("second", "{task: cleanup, interval: 5m}");
        crm.await("second", ready("True"));
        pauseOfAll().create();
        for (String task : new String[] {TASK, "second"}) {
            CrmScheduledTaskStatus paused = crm.await(task, condition("Suspended", "True"));
            assertEquals("GloballyPaused", reason(paused, "Suspended"));
            assertEquals("Operator", paused.pause().source());
        }
        crm.create("third", "{task: cleanup, interval: 5m}");
        crm.await("third", condition("Suspended", "True"));
        pauseOfAll().delete();
        for (String task : new String[] {TASK, "second", "third"}) {
            crm.await(task, condition("Suspended", "False"));
        }
    }

    private Resource<ConfigMap> pauseOfAll() {
        return crm.client()
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("crm-task-operator-pause")
                        .withNamespace("crm-system")
                        .endMetadata()
                        .withData(Map.of("paused", "true", "by", "ops", "reason", "migration"))
                        .build());
    }

    private void annotate(String annotations) {
        crm.task(TASK)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"annotations\":{" + annotations + "}}}");
    }
}
