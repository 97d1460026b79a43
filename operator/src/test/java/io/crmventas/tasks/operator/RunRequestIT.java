package io.crmventas.tasks.operator;

import static io.crmventas.tasks.operator.testing.Statuses.condition;
import static io.crmventas.tasks.operator.testing.Statuses.ready;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.testing.FakeCluster;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Run now, by annotation. */
@ExtendWith(LocalApiServerExtension.class)
class RunRequestIT {
    private static final String TASK = "cleanup";

    private OperatorHarness crm;

    @BeforeEach
    void start(LocalApiServer server) {
        crm = OperatorHarness.start(server);
        crm.create(TASK, "{task: cleanup, interval: 5m, enabled: false}");
        crm.await(TASK, ready("True"));
    }

    @AfterEach
    void stop() {
        crm.close();
    }

    @Test
    void runsATokenOnceThoughTheTaskIsSuspended() {
        ask("monday", "");
        handled("monday");
        Job job = jobs().getFirst();
        OwnerReference owner = job.getMetadata().getOwnerReferences().getFirst();
        assertEquals("CrmScheduledTask", owner.getKind());
        assertNull(owner.getController(), "the CronJob controller would adopt it");
        assertEquals(List.of("run", "cleanup"), arguments(job));

        crm.close();
        crm = crm.restarted();
        crm.edit(TASK, "{task: cleanup, interval: 10m, enabled: false}");
        crm.await(TASK, status -> status.observedGeneration() == 2);
        assertEquals(1, jobs().size());

        ask("tuesday", "");
        handled("tuesday");
        assertEquals(2, jobs().size());
    }

    @Test
    void reportsItAsAManualRun() {
        ask("monday", "dryRun");
        handled("monday");
        FakeCluster cluster = new FakeCluster(crm);
        Job job = cluster.started(jobs().getFirst());
        assertEquals(List.of("run", "cleanup", "--dry-run"), arguments(job));
        cluster.ends(cluster.pod(job), 0, "Completed", FakeCluster.report(RunResult.SUCCEEDED, null, null));
        cluster.completes(job);
        CrmScheduledTaskStatus status = crm.await(TASK, condition("LastRunSucceeded", "True"));
        assertEquals("Manual", status.lastRun().trigger());
        assertEquals(job.getMetadata().getName(), status.lastRun().jobName());
    }

    /** As when the operator dies between the Job and the status. */
    @Test
    void findsTheJobThatItMadeBeforeItDied() {
        ask("monday", "");
        handled("monday");
        String job = jobs().getFirst().getMetadata().getUid();
        crm.close();
        crm.task(TASK)
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON),
                        "[{\"op\":\"remove\",\"path\":\"/status/lastHandledRunRequest\"}]");
        crm = crm.restarted();
        handled("monday");
        assertEquals(
                List.of(job),
                jobs().stream().map(now -> now.getMetadata().getUid()).toList());
    }

    @Test
    void refusesOptionsThatMeanNothing() {
        ask("monday", "dryrun");
        handled("monday");
        assertEquals(List.of(), jobs());
        OperatorHarness.eventually(
                true,
                () -> crm.client().events().v1().events().inNamespace(crm.namespace()).list().getItems().stream()
                        .anyMatch(event -> "RunRefused".equals(event.getReason())
                                && event.getNote().contains("does not know dryrun")));
        assertTrue(jobs().isEmpty());
    }

    private void handled(String token) {
        crm.await(TASK, status -> token.equals(status.lastHandledRunRequest()));
    }

    private void ask(String token, String options) {
        crm.task(TASK)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"annotations\":{\"crmventas.io/run-requested\":\"" + token
                                + "\",\"crmventas.io/run-options\":\"" + options + "\"}}}");
    }

    private List<Job> jobs() {
        return crm.client()
                .batch()
                .v1()
                .jobs()
                .inNamespace(crm.namespace())
                .list()
                .getItems();
    }

    private static List<String> arguments(Job job) {
        return job.getSpec().getTemplate().getSpec().getContainers().getFirst().getArgs();
    }
}
