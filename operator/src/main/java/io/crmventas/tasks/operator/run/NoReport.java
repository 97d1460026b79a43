package io.crmventas.tasks.operator.run;

/** Why a finished run left no report. */
public enum NoReport {
    IMAGE_PULL,
    START_FAILED,
    UNSCHEDULABLE,
    /** Kubernetes created no pod: a quota, an admission policy or a missing priority class refused it. */
    NO_POD,
    /** The Job is still there long after its deadline: its node is lost, or another controller manages it. */
    NOT_ENDED,
    /** The pod was placed, but its container was never begun: volumes, network or a slow image. */
    NOT_STARTED,
    OUT_OF_MEMORY,
    EVICTED,
    DEADLINE_EXCEEDED,
    /** The container ended with an exit code other than 0. */
    CRASHED,
    /** The container ended with exit code 0. */
    REPORT_MISSING,
    POD_LOST,
    JOB_DELETED,
    /** Kubernetes ended it for the next run, as {@code spec.overlap} says. */
    REPLACED
}
