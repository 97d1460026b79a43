package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.FreshPeriod;
import io.crmventas.tasks.api.v1alpha1.Run;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The status of a task, if the operator has written it for this task. A backup tool restores a status with its task; that
 * one tells of the runs, requests and pauses of another object: the restored task would start what was due then, or count
 * every start since the backup as missed. A status with a time that is none is not the operator's either.
 */
final class StoredStatus {
    /** The operator uses the API server's time, which its answers give in whole seconds. */
    private static final Duration SKEW = Duration.ofSeconds(10);

    private StoredStatus() {}

    static @Nullable CrmScheduledTaskStatus of(CrmScheduledTask task) {
        CrmScheduledTaskStatus status = task.told();
        if (status == null || status.conditions() == null) {
            return status;
        }
        try {
            Instant created = Instant.parse(task.getMetadata().getCreationTimestamp());
            List<Instant> changes = status.conditions().stream()
                    .map(condition -> Instant.parse(String.valueOf(condition.lastTransitionTime())))
                    .toList();
            times(status).filter(Objects::nonNull).forEach(Instant::parse);
            return changes.stream().allMatch(change -> change.isBefore(created.minus(SKEW))) ? null : status;
        } catch (DateTimeParseException foreign) {
            return null;
        }
    }

    private static Stream<@Nullable String> times(CrmScheduledTaskStatus status) {
        FreshPeriod fresh = status.freshPeriod();
        Run last = status.lastRun();
        return Stream.of(
                        Stream.of(
                                status.lastScheduleTime(),
                                status.lastSuccessTime(),
                                status.lastFailureTime(),
                                status.slotsCountedUntil()),
                        fresh == null ? Stream.<String>empty() : Stream.of(fresh.countedFrom(), fresh.until()),
                        last == null ? Stream.<String>empty() : Stream.of(last.scheduledTime(), last.completionTime()),
                        Optional.ofNullable(status.breaker()).stream()
                                .flatMap(breaker -> Stream.of(breaker.openedTime(), breaker.nextProbeTime())),
                        Optional.ofNullable(status.preflight()).stream()
                                .flatMap(preflight -> Stream.of(preflight.completionTime())),
                        Optional.ofNullable(status.history()).stream()
                                .flatMap(List::stream)
                                .flatMap(entry -> Stream.of(entry.scheduledTime(), entry.completionTime())))
                .flatMap(part -> part);
    }
}
