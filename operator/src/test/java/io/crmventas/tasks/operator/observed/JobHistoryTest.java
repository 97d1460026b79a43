package io.crmventas.tasks.operator.observed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JobHistoryTest {
    @Test
    void nothingIsGoneWhileThereIsRoom() {
        assertEquals(Optional.empty(), JobHistory.trimmedBefore(List.of(job(1, "Complete"), job(2, "Complete")), 3, 1));
    }

    @Test
    void whatIsOlderThanAFullHistoryMayBeGone() {
        List<Job> full = List.of(job(3, "Complete"), job(1, "Complete"), job(2, "Complete"));
        assertEquals(Optional.of(slot(1)), JobHistory.trimmedBefore(full, 3, 1));
    }

    @Test
    void failedOnesHaveAHistoryOfTheirOwn() {
        List<Job> jobs = List.of(job(1, "Complete"), job(5, "Failed"), job(6, "Complete"));
        assertEquals(Optional.of(slot(5)), JobHistory.trimmedBefore(jobs, 3, 1));
    }

    private static Job job(int minute, String condition) {
        return new JobBuilder()
                .withNewMetadata()
                .addToAnnotations(
                        "batch.kubernetes.io/cronjob-scheduled-timestamp",
                        slot(minute).toString())
                .endMetadata()
                .withNewStatus()
                .withCompletionTime(slot(minute).toString())
                .addNewCondition()
                .withType(condition)
                .withStatus("True")
                .withLastTransitionTime(slot(minute).toString())
                .endCondition()
                .endStatus()
                .build();
    }

    private static Instant slot(int minute) {
        return Instant.parse("2026-11-25T10:00:00Z").plusSeconds(60L * minute);
    }
}
