package io.crmventas.tasks.operator;

import static io.crmventas.tasks.operator.testing.Statuses.condition;
import static io.crmventas.tasks.operator.testing.Statuses.message;
import static io.crmventas.tasks.operator.testing.Statuses.ready;
import static io.crmventas.tasks.operator.testing.Statuses.reason;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What others do to CronJobs, and what becomes of it. */
@ExtendWith(LocalApiServerExtension.class)
class ForeignHandsIT {
    private static final String EVERY_FIVE = "{task: cleanup, interval: 5m}";

    private OperatorHarness crm;

    @BeforeEach
    void start(LocalApiServer server) {
        crm = OperatorHarness.start(server);
    }

    @AfterEach
    void stop() {
        crm.close();
    }

    @Test
    void removesADeadlineThatWouldKeepAnIntervalFromStarting() {
        crm.create("cleanup", "{task: cleanup, interval: 7m}");
        crm.await("cleanup", ready("True"));
        crm.cronJob("cleanup")
                .edit(cronJob -> new CronJobBuilder(cronJob)
                        .editSpec()
                        .withStartingDeadlineSeconds(30L)
                        .endSpec()
                        .build());
        crm.awaitCronJob("cleanup", now -> now.getSpec().getStartingDeadlineSeconds() == null);
    }

    @Test
    void makesADeletedCronJobAnew() {
        crm.create("cleanup", EVERY_FIVE);
        crm.await("cleanup", ready("True"));
        String before = crm.cronJob("cleanup").get().getMetadata().getUid();
        crm.cronJob("cleanup").delete();
        crm.awaitCronJob("cleanup", now -> !before.equals(now.getMetadata().getUid()));
    }

    @Test
    void repairsAForeignEdit() {
        crm.create("cleanup", EVERY_FIVE);
        String schedule = crm.await("cleanup", ready("True")).schedule();
        crm.cronJob("cleanup")
                .edit(cronJob -> new CronJobBuilder(cronJob)
                        .editSpec()
                        .withSchedule("* * * * *")
                        .withSuspend(true)
                        .endSpec()
                        .build());
        crm.awaitCronJob(
                "cleanup",
                now -> Objects.equals(schedule, now.getSpec().getSchedule())
                        && !now.getSpec().getSuspend());
    }

    @Test
    void leavesAForeignCronJobAloneAndHealsWhenItGoes() {
        CronJob foreign = new CronJobBuilder()
                .withNewMetadata()
                .withName("cleanup")
                .withNamespace(crm.namespace())
                .endMetadata()
                .withNewSpec()
                .withSchedule("0 0 1 1 *")
                .withNewJobTemplate()
                .withNewSpec()
                .withNewTemplate()
                .withNewSpec()
                .withRestartPolicy("Never")
                .addNewContainer()
                .withName("x")
                .withImage("x")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .endJobTemplate()
                .endSpec()
                .build();
        String version = crm.client().resource(foreign).create().getMetadata().getResourceVersion();
        crm.create("cleanup", EVERY_FIVE);
        CrmScheduledTaskStatus status = crm.await("cleanup", ready("False"));
        assertEquals("NameConflict", reason(status, "Ready"));
        assertTrue(message(status, "Ready").contains("Delete or rename that CronJob"), message(status, "Ready"));
        assertEquals(version, crm.cronJob("cleanup").get().getMetadata().getResourceVersion());
        crm.cronJob("cleanup").delete();
        crm.await("cleanup", ready("True"));
    }

    @Test
    void waitsForTheCronJobOfAnEarlierTaskToGo() {
        String earlier = crm.create("cleanup", EVERY_FIVE).getMetadata().getUid();
        crm.await("cleanup", ready("True"));
        // No garbage collector runs here: the CronJob stays.
        crm.task("cleanup").delete();
        String version = crm.cronJob("cleanup").get().getMetadata().getResourceVersion();
        String later = crm.create("cleanup", EVERY_FIVE).getMetadata().getUid();
        CrmScheduledTaskStatus status = crm.await("cleanup", condition("Reconciling", "True"));
        assertEquals("AwaitingDeletion", reason(status, "Ready"));
        assertFalse(condition("Stalled", "True").test(status), () -> "status: " + status);
        CronJob left = crm.cronJob("cleanup").get();
        assertEquals(version, left.getMetadata().getResourceVersion());
        assertEquals(earlier, left.getMetadata().getOwnerReferences().getFirst().getUid());
        crm.cronJob("cleanup").delete();
        crm.await("cleanup", ready("True"));
        assertEquals(
                later,
                crm.cronJob("cleanup")
                        .get()
                        .getMetadata()
                        .getOwnerReferences()
                        .getFirst()
                        .getUid());
    }
}
