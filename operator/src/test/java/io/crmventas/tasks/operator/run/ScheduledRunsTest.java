package io.crmventas.tasks.operator.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScheduledRunsTest {
    @Test
    void noJobIsTrimmedBelowTheHistoryLimit() {
        assertEquals(
                Optional.empty(), ScheduledRuns.trimmedBefore(List.of(job(1, "Complete"), job(2, "Complete")), 3, 1));
    }

    @Test
    void jobsOlderThanAFullHistoryMayBeTrimmed() {
        List<Job> full = List.of(job(3, "Complete"), job(1, "Complete"), job(2, "Complete"));
        assertEquals(Optional.of(scheduledTime(1)), ScheduledRuns.trimmedBefore(full, 3, 1));
    }

    @Test
    void failedJobsHaveTheirOwnHistoryLimit() {
        List<Job> jobs = List.of(job(1, "Complete"), job(5, "Failed"), job(6, "Complete"));
        assertEquals(Optional.of(scheduledTime(5)), ScheduledRuns.trimmedBefore(jobs, 3, 1));
    }

    @Test
    void manualJobsOfTheCronJobCountTowardsTheLimit() {
        Job first = manualJob(4);
        List<Job> jobs = List.of(job(6, "Complete"), manualJob(5), first);
        assertEquals(Optional.of(scheduledTime(4)), ScheduledRuns.trimmedBefore(jobs, 3, 1));
    }

    @Test
    void jobsThatTheCronJobDoesNotControlDoNotCount() {
        Job requested = new JobBuilder(manualJob(5))
                .editMetadata()
                .withOwnerReferences()
                .endMetadata()
                .build();
        assertEquals(Optional.empty(), ScheduledRuns.trimmedBefore(List.of(job(6, "Complete"), requested), 2, 1));
    }

    private static Job manualJob(int minute) {
        return new JobBuilder(job(minute, "Complete"))
                .editMetadata()
                .withAnnotations(Map.of("cronjob.kubernetes.io/instantiate", "manual"))
                .endMetadata()
                .build();
    }

    private static Job job(int minute, String condition) {
        return new JobBuilder()
                .withNewMetadata()
                .addNewOwnerReference()
                .withKind("CronJob")
                .withController(true)
                .endOwnerReference()
                .addToAnnotations(
                        "batch.kubernetes.io/cronjob-scheduled-timestamp",
                        scheduledTime(minute).toString())
                .endMetadata()
                .withNewStatus()
                .withStartTime(scheduledTime(minute).toString())
                .withCompletionTime(scheduledTime(minute).toString())
                .addNewCondition()
                .withType(condition)
                .withStatus("True")
                .withLastTransitionTime(scheduledTime(minute).toString())
                .endCondition()
                .endStatus()
                .build();
    }

    private static Instant scheduledTime(int minute) {
        return Instant.parse("2026-11-25T10:00:00Z").plusSeconds(60L * minute);
    }
}
