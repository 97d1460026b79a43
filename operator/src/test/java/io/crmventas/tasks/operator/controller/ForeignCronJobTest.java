package io.crmventas.tasks.operator.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.run.Reason;
import io.crmventas.tasks.operator.status.CronJobState.Refused;
import io.crmventas.tasks.operator.testing.TestTasks;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ForeignCronJobTest {
    private static final OwnerReference EARLIER = new OwnerReferenceBuilder()
            .withApiVersion("crmventas.io/v1alpha1")
            .withKind("CrmScheduledTask")
            .withName("cleanup")
            .withUid("an-earlier-one")
            .withController(true)
            .build();

    private final CrmScheduledTask task = TestTasks.stored("cleanup", "{task: cleanup, interval: 5m}");

    @Test
    void deletesTheCronJobOfAnEarlierTaskOfThisName() {
        Refused refused = describe(ownedBy(EARLIER));
        assertEquals(Reason.AWAITING_DELETION, refused.reason());
        assertEquals("CronJob cleanup of an earlier task of this name is being deleted.", refused.message());
    }

    @Test
    void namesAFinalizerThatBlocksTheDeletion() {
        CronJob held = ownedBy(EARLIER);
        held.getMetadata().setFinalizers(List.of("example.com/hold"));
        assertEquals(
                "CronJob cleanup of an earlier task of this name is being deleted, held by finalizer example.com/hold.",
                describe(held).message());
    }

    @Test
    void deletesTheCronJobOfATaskOfALaterApiVersion() {
        assertEquals(
                Reason.AWAITING_DELETION,
                reason(new OwnerReferenceBuilder(EARLIER)
                        .withApiVersion("crmventas.io/v1")
                        .build()));
    }

    @Test
    void keepsTheCronJobOfAnotherOwner() {
        assertEquals(Reason.NAME_CONFLICT, reason());
        assertEquals(
                Reason.NAME_CONFLICT,
                reason(new OwnerReferenceBuilder(EARLIER).withName("other").build()),
                "a task of another name can exist");
        assertEquals(
                Reason.NAME_CONFLICT,
                reason(new OwnerReferenceBuilder(EARLIER).withKind("Backup").build()));
        assertEquals(
                Reason.NAME_CONFLICT,
                reason(new OwnerReferenceBuilder(EARLIER)
                        .withApiVersion("crmventas.io.example/v1")
                        .build()));
    }

    @Test
    void keepsACronJobWithASecondOwner() {
        assertEquals(
                Reason.NAME_CONFLICT,
                reason(
                        EARLIER,
                        new OwnerReferenceBuilder()
                                .withApiVersion("v1")
                                .withKind("ConfigMap")
                                .withName("any")
                                .withUid("any")
                                .build()));
        // The current task owns the CronJob, but does not control it.
        assertEquals(
                Reason.NAME_CONFLICT,
                reason(
                        EARLIER,
                        new OwnerReferenceBuilder(EARLIER)
                                .withUid(TestTasks.UID)
                                .withController(null)
                                .build()));
    }

    @Test
    void aConflictReportsTheControllerOfTheCronJob() {
        assertEquals(
                "A CronJob cleanup exists that this task did not create; it is controlled by no other resource.",
                describe(ownedBy()).message());
    }

    private Refused describe(CronJob foreign) {
        return ForeignCronJob.describe(task, foreign, Optional.empty());
    }

    private Reason reason(OwnerReference... owners) {
        return describe(ownedBy(owners)).reason();
    }

    private static CronJob ownedBy(OwnerReference... owners) {
        return new CronJobBuilder()
                .withNewMetadata()
                .withName("cleanup")
                .withOwnerReferences(owners)
                .endMetadata()
                .build();
    }
}
