package io.crmventas.tasks.operator;

import static io.crmventas.tasks.operator.testing.Statuses.condition;
import static io.crmventas.tasks.operator.testing.Statuses.message;
import static io.crmventas.tasks.operator.testing.Statuses.ready;
import static io.crmventas.tasks.operator.testing.Statuses.reason;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.operator.testing.MutatingWebhook;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.operator.testing.TestCronJobs;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Other clients edit, delete and create CronJobs. The operator repairs its own CronJobs and leaves the others alone.
 */
@ExtendWith(LocalApiServerExtension.class)
class CronJobRepairIT {
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
    void removesAStartingDeadlineFromTheCronJobOfAnInterval() {
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
    void removesAContainerThatAnotherClientAdded() {
        crm.create("cleanup", EVERY_FIVE);
        crm.await("cleanup", ready("True"));
        crm.cronJob("cleanup")
                .edit(cronJob -> TestCronJobs.withContainerAdded(cronJob)
                        .edit()
                        .editMetadata()
                        .addToAnnotations("example.com/note", "mine")
                        .endMetadata()
                        .build());
        CronJob repaired = crm.awaitCronJob(
                "cleanup", now -> TestCronJobs.podSpec(now).getContainers().size() == 1);
        assertEquals("mine", repaired.getMetadata().getAnnotations().get("example.com/note"));
    }

    @Test
    void recreatesADeletedCronJob() {
        crm.create("cleanup", EVERY_FIVE);
        crm.await("cleanup", ready("True"));
        String before = crm.cronJob("cleanup").get().getMetadata().getUid();
        crm.cronJob("cleanup").delete();
        crm.awaitCronJob("cleanup", now -> !before.equals(now.getMetadata().getUid()));
    }

    @Test
    void revertsAnEditOfAnotherClient() {
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
    void limitsRepairsWhenAnotherClientRevertsEachOne() {
        crm.create("cleanup", EVERY_FIVE);
        crm.await("cleanup", ready("True"));
        SharedIndexInformer<CronJob> otherClient = crm.cronJob("cleanup").inform(new SuspendingClient());
        try {
            CrmScheduledTaskStatus status =
                    crm.await("cleanup", now -> reason(now, "Ready").equals("CronJobContested"));
            assertTrue(message(status, "Ready").contains("now at /spec/suspend"), message(status, "Ready"));
            long repairs = crm.writes().stream()
                    .filter(write -> write.startsWith("patch") && write.contains("/cronjobs/cleanup?"))
                    .count();
            // The creation is the first of five repairs. One minute can pass in the test, and allows one more repair.
            assertTrue(repairs <= 5, repairs + " repairs");
            long created = crm.client().events().v1().events().inNamespace(crm.namespace()).list().getItems().stream()
                    .filter(event -> "CronJobCreated".equals(event.getReason()))
                    .count();
            assertEquals(1, created, "a repair creates nothing");
        } finally {
            otherClient.stop();
        }
        crm.edit("cleanup", "{task: cleanup, interval: 10m}");
        crm.await("cleanup", ready("True"));
        crm.awaitCronJob("cleanup", now -> !now.getSpec().getSuspend());
    }

    /** Policies of a cluster add pull Secrets or node selectors to every CronJob, at each write. */
    @Test
    void leavesWhatAnAdmissionWebhookAddsToTheJobTemplate(LocalApiServer server, @TempDir Path folder)
            throws Exception {
        try (MutatingWebhook _ = MutatingWebhook.start(server.client(), folder, crm.namespace(), """
                [{"op": "add", "path": "/spec/jobTemplate/spec/template/spec/imagePullSecrets", "value": [{"name": "mirror"}]}]
                """)) {
            crm.create("cleanup", EVERY_FIVE);
            crm.await("cleanup", ready("True"));
            CronJob mutated = crm.cronJob("cleanup").get();
            assertEquals(
                    "mirror",
                    TestCronJobs.podSpec(mutated)
                            .getImagePullSecrets()
                            .getFirst()
                            .getName());
            for (long generation = 2; generation <= 8; generation++) {
                crm.edit("cleanup", "{task: cleanup, interval: 5m, history: {entries: %d}}".formatted(generation));
                long written = generation;
                crm.await("cleanup", status -> Objects.equals(status.observedGeneration(), written));
            }
            crm.await("cleanup", ready("True"));
            assertEquals(
                    List.of(),
                    crm.writes().stream()
                            .filter(write -> write.startsWith("patch") && write.contains("/cronjobs/cleanup?"))
                            .toList());

            crm.edit("cleanup", "{task: cleanup, interval: 10m}");
            crm.awaitCronJob(
                    "cleanup",
                    now -> !now.getSpec().getSchedule().equals(mutated.getSpec().getSchedule()));
            crm.cronJob("cleanup").edit(TestCronJobs::withContainerAdded);
            CronJob repaired = crm.awaitCronJob(
                    "cleanup", now -> TestCronJobs.podSpec(now).getContainers().size() == 1);
            assertEquals(1, TestCronJobs.podSpec(repaired).getImagePullSecrets().size());
        }
    }

    private final class SuspendingClient implements ResourceEventHandler<CronJob> {
        @Override
        public void onAdd(CronJob cronJob) {
            suspend(cronJob);
        }

        @Override
        public void onUpdate(CronJob before, CronJob cronJob) {
            suspend(cronJob);
        }

        @Override
        public void onDelete(CronJob cronJob, boolean unknown) {}

        private void suspend(CronJob cronJob) {
            if (!cronJob.getSpec().getSuspend()) {
                crm.cronJob("cleanup").patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"suspend\":true}}");
            }
        }
    }

    @Test
    void leavesAForeignCronJobAloneAndCreatesItsOwnAfterTheDeletion() {
        CronJob foreign = TestCronJobs.foreign(crm.namespace(), "cleanup");
        String version = crm.client().resource(foreign).create().getMetadata().getResourceVersion();
        crm.create("cleanup", EVERY_FIVE);
        CrmScheduledTaskStatus status =
                crm.await("cleanup", now -> reason(now, "Ready").equals("NameConflict"));
        assertTrue(message(status, "Ready").contains("Delete or rename that CronJob"), message(status, "Ready"));
        assertEquals(version, crm.cronJob("cleanup").get().getMetadata().getResourceVersion());
        crm.cronJob("cleanup").delete();
        crm.await("cleanup", ready("True"));
    }

    @Test
    void replacesTheCronJobOfAnEarlierTask() {
        CronJob earlier = cronJobOfAnEarlierTask(metadata -> {});
        String later = crm.create("cleanup", EVERY_FIVE).getMetadata().getUid();
        crm.await("cleanup", ready("True"));
        assertEquals(later, owner());
        assertNotEquals(
                earlier.getMetadata().getUid(),
                crm.cronJob("cleanup").get().getMetadata().getUid());
    }

    @Test
    void keepsTheCronJobOfAnEarlierTaskThatHasASecondOwner() {
        OwnerReference other = new OwnerReferenceBuilder()
                .withApiVersion("v1")
                .withKind("ConfigMap")
                .withName("any")
                .withUid("any")
                .build();
        CronJob kept =
                cronJobOfAnEarlierTask(metadata -> metadata.getOwnerReferences().add(other));
        crm.create("cleanup", EVERY_FIVE);
        // The operator can receive the new task before the second owner. It then sends a delete call with an old
        // resource version, and the API server refuses this call.
        crm.await("cleanup", now -> reason(now, "Ready").equals("NameConflict"));
        assertEquals(
                kept.getMetadata().getResourceVersion(),
                crm.cronJob("cleanup").get().getMetadata().getResourceVersion());
    }

    @Test
    void waitsForAFinalizerThatHoldsTheCronJobOfAnEarlierTask() {
        cronJobOfAnEarlierTask(metadata -> metadata.setFinalizers(List.of("example.com/hold")));
        String later = crm.create("cleanup", EVERY_FIVE).getMetadata().getUid();
        // Task and CronJob come from two watches, so the operator can receive the new task before the finalizer.
        CrmScheduledTaskStatus status =
                crm.await("cleanup", now -> message(now, "Ready").contains("held by finalizer example.com/hold."));
        assertEquals("AwaitingDeletion", reason(status, "Ready"));
        assertTrue(condition("Reconciling", "True").test(status), () -> "status: " + status);
        assertFalse(condition("Stalled", "True").test(status), () -> "status: " + status);
        assertNotNull(crm.cronJob("cleanup").get().getMetadata().getDeletionTimestamp());
        crm.cronJob("cleanup").edit(held -> changed(held, metadata -> metadata.setFinalizers(List.of())));
        crm.await("cleanup", ready("True"));
        assertEquals(later, owner());
    }

    /**
     * Creates a task and deletes it. Its CronJob stays, because no garbage collector runs in this test. In a cluster
     * the CronJob stays when the garbage collector misses the deletion of the task.
     */
    private CronJob cronJobOfAnEarlierTask(Consumer<ObjectMeta> change) {
        crm.create("cleanup", EVERY_FIVE);
        crm.await("cleanup", ready("True"));
        crm.task("cleanup").delete();
        return crm.cronJob("cleanup").edit(cronJob -> changed(cronJob, change));
    }

    private static CronJob changed(CronJob cronJob, Consumer<ObjectMeta> change) {
        CronJob changed = new CronJobBuilder(cronJob).build();
        change.accept(changed.getMetadata());
        return changed;
    }

    private String owner() {
        return crm.cronJob("cleanup")
                .get()
                .getMetadata()
                .getOwnerReferences()
                .getFirst()
                .getUid();
    }
}
