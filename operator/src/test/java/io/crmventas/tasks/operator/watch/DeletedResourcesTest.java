package io.crmventas.tasks.operator.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.resources.TaskLabels;
import io.crmventas.tasks.operator.testing.TestTasks;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The leader reads the deleted resources. The other replicas only record them. */
class DeletedResourcesTest {
    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");

    private final DeletedResources<Job> deleted = new DeletedResources<>();

    @Test
    void aReplicaThatNeverLedKeepsRecentDeletionsOnly() {
        delete("cleanup", "old", Duration.ZERO);
        delete("report", "old-too", Duration.ofMinutes(1));
        delete("cleanup", "late", Duration.ofMinutes(10));
        delete("metrics", "now", Duration.ofMinutes(12));
        assertEquals(List.of("late"), deletedJobs("cleanup"));
        assertEquals(List.of(), deletedJobs("report"));
        assertEquals(List.of("now"), deletedJobs("metrics"));
    }

    @Test
    void theLeaderKeepsDeletionsUntilItForgetsThem() {
        delete("cleanup", "old", Duration.ZERO);
        assertEquals(List.of("old"), deletedJobs("cleanup"));
        delete("cleanup", "new", Duration.ofHours(2));
        assertEquals(List.of("old", "new"), deletedJobs("cleanup"), "the leader keeps old deletions, too");
        deleted.forget(List.of(job("cleanup", "old"), job("cleanup", "new")));
        assertEquals(List.of(), deletedJobs("cleanup"));
    }

    /** Argo CD deletes in the foreground. The Jobs are deleted first, and JOSDK no longer reconciles the task. */
    @Test
    void keepsNoDeletionsOfATaskThatIsBeingDeleted() {
        CrmScheduledTask task = TestTasks.stored("cleanup", "{task: cleanup, interval: 5m}");
        Job job = job(TestTasks.UID, "last");
        assertTrue(Watches.reads(task, job));
        task.getMetadata().setDeletionTimestamp("2026-11-26T12:00:00Z");
        assertFalse(Watches.reads(task, job));
    }

    @Test
    void keepsALimitedNumberOfDeletions() {
        assertEquals(List.of(), deletedJobs("task-0"));
        for (int i = 0; i <= DeletedResources.MOST; i++) {
            delete("task-" + i, "job-" + i, Duration.ZERO);
        }
        assertEquals(List.of(), deletedJobs("task-0"));
        assertEquals(List.of("job-1"), deletedJobs("task-1"));
    }

    private void delete(String task, String job, Duration afterNoon) {
        deleted.add(job(task, job), NOON.plus(afterNoon));
    }

    private List<String> deletedJobs(String task) {
        CrmScheduledTask owner = TestTasks.stored("cleanup", "{task: cleanup, interval: 5m}");
        owner.getMetadata().setUid(task);
        return deleted.read(owner).stream()
                .map(deletion -> deletion.resource().getMetadata().getName())
                .toList();
    }

    private static Job job(String task, String name) {
        return new JobBuilder()
                .withNewMetadata()
                .withName(name)
                .withUid(name)
                .addToLabels(TaskLabels.TASK_UID, task)
                .endMetadata()
                .build();
    }
}
