package io.crmventas.tasks.operator.reconciler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.crmventas.tasks.operator.desired.TaskLabels;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A replica that leads, and one that only listens. */
class TombstonesTest {
    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");

    private final Tombstones<Job> graves = new Tombstones<>();

    @Test
    void aReplicaThatNeverLedKnowsOnlyWhatWentOfLate() {
        bury("cleanup", "old", Duration.ZERO);
        bury("report", "old-too", Duration.ofMinutes(1));
        bury("cleanup", "late", Duration.ofMinutes(10));
        bury("metrics", "now", Duration.ofMinutes(12));
        assertEquals(List.of("late"), of("cleanup"));
        assertEquals(List.of(), of("report"));
        assertEquals(List.of("now"), of("metrics"));
    }

    @Test
    void oneThatLeadsKeepsWhatItCouldNotTellYet() {
        bury("cleanup", "old", Duration.ZERO);
        assertEquals(List.of("old"), of("cleanup"));
        bury("cleanup", "new", Duration.ofHours(2));
        assertEquals(List.of("old", "new"), of("cleanup"), "the API server was away");
        graves.forget("cleanup", List.of(job("cleanup", "old"), job("cleanup", "new")));
        assertEquals(List.of(), of("cleanup"));
    }

    private void bury(String task, String job, Duration afterNoon) {
        graves.add(job(task, job), NOON.plus(afterNoon));
    }

    private List<String> of(String task) {
        return graves.of(task).stream()
                .map(grave -> grave.resource().getMetadata().getName())
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
