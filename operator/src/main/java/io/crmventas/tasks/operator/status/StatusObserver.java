package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.Run;
import java.util.List;

/** Observes the statuses that the leader writes. Its methods must not block. */
public interface StatusObserver {
    /** @return the next status, with what the observer must still know after a restart */
    default CrmScheduledTaskStatus beforeWrite(StatusChange change) {
        return change.next();
    }

    default void written(StatusChange change) {}

    /** A reconcile has ended, and Kubernetes holds this status. The reconcile need not have written it. */
    default void stored(CrmScheduledTask task, CrmScheduledTaskStatus status) {}

    /**
     * The change from the previous to the next status, for metrics and webhooks.
     *
     * @param finished runs that {@code previous} did not hold, in the order of their ends
     */
    record StatusChange(
            CrmScheduledTask task, CrmScheduledTaskStatus previous, CrmScheduledTaskStatus next, List<Run> finished) {}
}
