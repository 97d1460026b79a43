package io.crmventas.tasks.operator.run;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Lists every reason that a condition or a run of a task can have, with its remedy. */
public enum Reason {
    // Ready
    SCHEDULED("Scheduled", Remedies.NONE),
    NAME_CONFLICT(
            "NameConflict",
            "Delete or rename that CronJob, or create the task under another name; the operator notices by itself."),
    AWAITING_DELETION(
            "AwaitingDeletion",
            "Nothing to do, unless the message names a finalizer that holds it or a permission that the operator lacks:"
                    + " the task resumes by itself once it is gone."),
    INVALID_SCHEDULE("InvalidSchedule", "Correct the field that the message names."),
    CRON_JOB_REJECTED("CronJobRejected", "Correct what the message names; the operator tries again by itself."),
    CRON_JOB_FORBIDDEN(
            "CronJobForbidden",
            "Raise the quota of the namespace, or give the operator the permission that the message names; the operator"
                    + " tries again by itself."),
    CRON_JOB_CONTESTED(
            "CronJobContested",
            "Find that client (kubectl get cronjob -o yaml --show-managed-fields) or webhook (kubectl get"
                    + " mutatingwebhookconfigurations) and stop it; the operator restores the CronJob once a minute until"
                    + " then."),
    API_ERROR(
            "ApiError",
            "The operator tries again within a minute. If the error stays, look at the webhook that the message names."
                    + " Without an answer, look for a webhook that hangs (kubectl get validatingwebhookconfigurations,"
                    + "mutatingwebhookconfigurations), or at the API server."),
    UNKNOWN_TASK(
            "UnknownTask",
            "Delete it and create it with a known name, or add the name to extraTasks in the operator's Helm values."),
    UNKNOWN_DATABASE(
            "UnknownDatabase",
            "Write one of these names into spec.database, or add the name to databases in the operator's Helm values."),
    UNKNOWN_RUNNER_PROFILE(
            "UnknownRunnerProfile",
            "Write one of these names into spec.runnerProfile, or add the name to runner.profiles in the operator's Helm"
                    + " values."),
    START_OVERDUE(
            "StartOverdue",
            "Look whether kube-controller-manager runs, whose CronJob controller starts the Jobs, and at the Events of the"
                    + " CronJob (kubectl describe cronjob)."),
    PREFLIGHT_PENDING("PreflightPending", "Nothing to do: the task starts by itself once its preflight has passed."),
    PREFLIGHT_FAILED(
            "PreflightFailed", "Correct what the preflight found; it repeats by itself, and the task then starts."),

    // Suspended
    ENABLED("Enabled", Remedies.NONE),
    DISABLED("Disabled", "Set spec.enabled to true to resume."),
    GLOBALLY_DISABLED("GloballyDisabled", "Set scheduledTasksEnabled to true in the operator's Helm values to resume."),
    PAUSED("Paused", "Remove annotation crmventas.io/paused from the task to resume."),
    GLOBALLY_PAUSED(
            "GloballyPaused",
            "Delete ConfigMap crm-task-operator-pause in the operator's namespace to resume, or set its key paused to"
                    + " false."),
    BREAKER_OPEN(
            "BreakerOpen",
            "Correct what status.lastRun reports. The task starts a trial run at status.breaker.nextTrialTime and resumes after"
                    + " a success; a new text in annotation crmventas.io/resume-requested resumes it at once."),

    // Running
    ACTIVE("RunActive", Remedies.NONE),
    IDLE("Idle", Remedies.NONE),

    // LastRunSucceeded
    NO_RUN_YET("NoRunYet", "Wait for the next run, or start one: kubectl create job NAME-1 --from=cronjob/NAME."),
    SUCCEEDED("Succeeded", Remedies.NONE),

    // Fresh
    FRESH("Fresh", Remedies.NONE),
    STALE("Stale", "Look at status.lastRun and at the conditions Ready, Suspended and Running for what keeps it."),

    // Preflight
    JOB_REJECTED("JobRejected", "Correct what the message names: a quota, an admission policy or the resources."),
    PREFLIGHT_RUNNING("PreflightRunning", Remedies.NONE),
    PASSED("Passed", Remedies.NONE),
    NOT_CHECKED("NotChecked", Remedies.NONE),

    // Requests for a run
    PRESENT_AT_CREATION("PresentAtCreation", "Ask again with another token if a run is wanted."),
    INVALID_TOKEN("InvalidToken", "Ask again with a token of at most 253 characters."),
    NO_DRY_RUN(
            "NoDryRun",
            "Give the task's entry in extraTasks in the operator's Helm values the field dryRun and ask again with another"
                    + " token, or ask for a real run."),

    // Runs without report
    IMAGE_PULL_FAILED(
            "ImagePullFailed",
            "Correct runner.image, or the image in extraTasks, in the operator's Helm values, or the pull Secret of the namespace."),
    START_FAILED("StartFailed", "Read kubectl describe of the pod: the image or the node does not fit."),
    UNSCHEDULABLE(
            "Unschedulable",
            "Give the cluster room, or correct the task's profile (runner.profiles in the operator's Helm values)."),
    QUEUED(
            "Queued",
            "Nothing to do while the queue has no room. Else find the client that suspended the Job: kubectl get job/NAME"
                    + " -o yaml --show-managed-fields."),
    NO_POD(
            "NoPod",
            "Correct what the message names, such as a quota, an admission policy or a priority class; read the Job's"
                    + " Events: kubectl describe job/NAME."),
    NOT_ENDED(
            "NotEnded",
            "End what the message names: repair or delete a lost node, let a sidecar end with the runner, or delete the"
                    + " Job. Kubernetes can hold back scheduled runs until then."),
    NOT_STARTED(
            "NotStarted",
            "Read kubectl describe of the pod: a volume, the network, a slow image or a node that is not ready holds it up."),
    OUT_OF_MEMORY(
            "OutOfMemory",
            "Raise resources.limits.memory of the task's profile (runner.profiles in the operator's Helm values), or name a"
                    + " larger profile in spec.runnerProfile."),
    EVICTED(
            "Evicted",
            "Nothing if nodes were being drained; else raise what the message names in resources of the task's profile"
                    + " (runner.profiles in the operator's Helm values), or give the profile a priorityClassName."),
    CRASHED("Crashed", Remedies.LOGS),
    EXIT_CONTRADICTS_REPORT(
            "ExitContradictsReport",
            "Look into the CRM whether the work was done; let the image write its report last and end with code 0."),
    DRY_RUN_NOT_REQUESTED(
            "DryRunNotRequested",
            "Correct args of the task's entry in extraTasks in the operator's Helm values: they start a dry run."),
    REPORT_MISSING("ReportMissing", "Look into the CRM whether the work was done; " + Remedies.THEN_LOGS),
    POD_LOST("PodLost", "Look into the CRM whether the work was done; the node or its pods were lost."),
    JOB_DELETED("JobDeleted", "Look into the CRM whether the work was done; another client deleted the Job."),
    REPLACED(
            "Replaced",
            "Nothing if a run may be cut short by the next one; else lengthen the interval, or set spec.overlap to Skip."),

    // Reported by the runner
    DEADLINE_EXCEEDED("DeadlineExceeded", "Raise spec.timeout, or look for what slows the database down."),
    INVALID_USAGE("InvalidUsage", "Runner and operator are of different versions; install the same one of both."),
    INVALID_PARAMETERS("InvalidParameters", "Correct the field of spec.parameters that the message names."),
    INVALID_SECRET(
            "InvalidSecret",
            "Create or correct the Secret of the CRM's database in the namespace of the task. Its name is in the entry of"
                    + " databases in the operator's Helm values that spec.database names; crm-database for default."),
    DATABASE_UNAVAILABLE(
            "DatabaseUnavailable",
            "Check that the database answers at the address in the Secret, and that NetworkPolicies and firewalls let"
                    + " the pods of this namespace through."),
    DATABASE_AUTHENTICATION_FAILED(
            "DatabaseAuthenticationFailed", "Correct user and password in the Secret, or the server's pg_hba.conf."),
    DATABASE_SETTINGS_REJECTED("DatabaseSettingsRejected", "Correct the connection options in the Secret."),
    DATABASE_TLS_FAILED("DatabaseTlsFailed", "Correct sslmode and certificates in the Secret, or TLS of the server."),
    DATABASE_NOT_FOUND("DatabaseNotFound", "Correct the name of the database in the Secret, or create it."),
    DATABASE_VERSION_UNSUPPORTED("DatabaseVersionUnsupported", "Upgrade the PostgreSQL server."),
    DATABASE_READ_ONLY("DatabaseReadOnly", "Point the Secret to the primary server; this one takes no writes."),
    DATABASE_OVERLOADED("DatabaseOverloaded", "Give the database connections, memory or disk space."),
    DATABASE_ERROR("DatabaseError", Remedies.LOGS),
    DATABASE_ROLE_REFUSED(
            "DatabaseRoleRefused",
            "Give the Secret an ordinary database role, or the key POSTGRES_PRIVILEGED_ROLE that the message names."),
    SCHEMA_MISMATCH("SchemaMismatch", "Migrate the CRM's database: the message names what is missing."),
    PERMISSION_DENIED("PermissionDenied", "Grant the database user what the message names."),
    TRANSIENT_FAULT("TransientFault", "Nothing: the next run tries again. If it stays, look for long transactions."),
    LOCK_TIMEOUT("LockTimeout", "Look for long transactions in the database that hold the rows or tables."),
    LOCK_HELD("LockHeld", "End the database session that the message names, unless it is a run that works."),
    STATEMENT_CANCELLED("StatementCancelled", "Find out who cancelled the statement, or raise statement_timeout."),
    TERMINATED("Terminated", "Nothing if nodes were being drained or the Job was deleted; the next run tries again."),
    INTERNAL_ERROR("InternalError", Remedies.LOGS),

    /** A newer or a foreign runner can report a reason that we do not know. */
    OTHER("Other", Remedies.LOGS);

    private final String text;
    private final String remedy;

    Reason(String text, String remedy) {
        this.text = text;
        this.remedy = remedy;
    }

    public String text() {
        return text;
    }

    public String remedy() {
        return remedy;
    }

    public String remedyFor(String job) {
        return remedy.replace("job/NAME", "job/" + job);
    }

    public String explain(String message) {
        return explain(message, "NAME");
    }

    /** Joins message and remedy, with commands that name the Job. */
    public String explain(String message, String job) {
        return remedy.equals(Remedies.NONE) ? message : sentence(message) + " " + remedyFor(job);
    }

    /** Returns the text as a sentence. Answers of the API server often have no full stop. */
    public static String sentence(String text) {
        return text.endsWith(".") ? text : text + ".";
    }

    /** Returns whether the preflight suspends the task. */
    public boolean ofPreflight() {
        return this == PREFLIGHT_PENDING || this == PREFLIGHT_FAILED;
    }

    /** Returns {@link #OTHER} for a reason of a newer or foreign runner. */
    public static Reason of(@Nullable String text) {
        return Arrays.stream(values())
                .filter(reason -> reason.text.equals(text))
                .findFirst()
                .orElse(OTHER);
    }

    private static final class Remedies {
        static final String NONE = "Nothing to do.";
        static final String THEN_LOGS = "read the log of the run's pod: kubectl logs job/NAME.";
        static final String LOGS = "Read the log of the run's pod: kubectl logs job/NAME.";
    }
}
