package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.RunEntry;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.operator.run.RunIdentity.Trigger;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Runs in the order of their ends. Job times are whole seconds. Within one, scheduled runs come last, for they are the
 * ones that count, and in the order of their slots, which their Jobs' names carry.
 */
final class RunOrder {
    static final Comparator<RunEntry> ENTRIES = Comparator.comparing(
                    (RunEntry entry) -> time(entry.completionTime()), Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(entry -> scheduled(entry.trigger()))
            .thenComparing(RunEntry::jobName);

    static final Comparator<Run> BY_END = Comparator.comparing(RunHistory::entry, ENTRIES)
            .thenComparing(Run::jobUid, Comparator.nullsFirst(Comparator.naturalOrder()));

    private RunOrder() {}

    /** As text, a time with a fraction of a second would come before the whole second. Null for what is no time. */
    static @Nullable Instant time(@Nullable String text) {
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeParseException foreign) {
            return null;
        }
    }

    static boolean scheduled(@Nullable String trigger) {
        return Trigger.of(trigger).map(Trigger::scheduled).orElse(false);
    }
}
