package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.RunEntry;
import io.crmventas.tasks.api.v1alpha1.Run;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Observes the statuses that the leader writes. Its methods must not block. */
public interface StatusObserver {
    /** @return the next status, with what the observer must still know after a restart */
    default CrmScheduledTaskStatus beforeWrite(StatusChange change) {
        return change.next();
    }

    /** A status was written. */
    default void written(StatusChange change) {}

    /** A reconcile ends with this status in Kubernetes, whether or not it wrote it. */
    default void stored(CrmScheduledTask task, CrmScheduledTaskStatus status) {}

    /**
     * A status that was written, for metrics and webhooks.
     *
     * @param finished runs that {@code previous} did not hold, in the order of their ends
     */
    record StatusChange(
            CrmScheduledTask task,
            @Nullable CrmScheduledTaskStatus previous,
            CrmScheduledTaskStatus next,
            List<Run> finished) {

        /**
         * Runs whose result differs from the one that the previous status holds. A report can arrive after the operator
         * recorded the run as Unknown, because Jobs and pods have a watch each.
         */
        public Stream<RunEntry> corrected() {
            List<RunEntry> before = entries(previous).toList();
            return entries(next)
                    .filter(entry -> before.stream()
                            .anyMatch(old ->
                                    RunHistory.same(old, entry) && !old.result().equals(entry.result())));
        }

        private static Stream<RunEntry> entries(@Nullable CrmScheduledTaskStatus status) {
            return status == null || status.history() == null ? Stream.empty() : status.history().stream();
        }
    }
}
