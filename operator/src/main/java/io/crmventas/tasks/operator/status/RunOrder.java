package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.RunEntry;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.operator.observed.RunIdentity.Trigger;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Runs in the order of their ends. Job times are whole seconds. Within one, scheduled runs come last, for they are the
 * ones that count, and in the order of their slots, which their Jobs' names carry.
 */
final class RunOrder {
    static final Comparator<RunEntry> ENTRIES = Comparator.comparing(
                    RunEntry::completionTime, Comparator.nullsFirst(Comparator.<String>naturalOrder()))
            .thenComparing(entry -> scheduled(entry.trigger()))
            .thenComparing(RunEntry::jobName);

    static final Comparator<Run> BY_END = Comparator.comparing(RunHistory::entry, ENTRIES)
            .thenComparing(Run::jobUid, Comparator.nullsFirst(Comparator.naturalOrder()));

    private RunOrder() {}

    static boolean scheduled(@Nullable String trigger) {
        return Trigger.of(trigger).map(Trigger::scheduled).orElse(false);
    }
}
