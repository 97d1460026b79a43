package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.RunEntry;
import io.crmventas.tasks.api.v1alpha1.Run;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A status that was written: what metrics count and webhooks tell. Whoever hears of it must not block.
 *
 * @param finished runs that {@code previous} did not know of, in the order of their ends
 */
public record StatusChange(
        CrmScheduledTask task,
        @Nullable CrmScheduledTaskStatus previous,
        CrmScheduledTaskStatus next,
        List<Run> finished) {

    /** Runs that were told to end otherwise, before or just now in {@code finished}, as they stand in {@code next}. */
    public Stream<RunEntry> corrected() {
        List<RunEntry> before = Stream.concat(
                        entries(previous), finished.stream().map(RunHistory::entry))
                .toList();
        return entries(next)
                .filter(entry -> before.stream()
                        .anyMatch(old ->
                                RunHistory.same(old, entry) && !old.result().equals(entry.result())));
    }

    private static Stream<RunEntry> entries(@Nullable CrmScheduledTaskStatus status) {
        return status == null || status.history() == null ? Stream.empty() : status.history().stream();
    }
}
