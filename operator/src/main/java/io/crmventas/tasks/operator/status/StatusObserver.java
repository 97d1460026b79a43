package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;

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
}
