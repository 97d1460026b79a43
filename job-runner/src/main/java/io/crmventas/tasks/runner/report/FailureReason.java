package io.crmventas.tasks.runner.report;

import io.crmventas.tasks.contract.RunnerExit;

/** Lists the reasons of failed runs, which the report holds as {@code reason}, with their exit codes. */
public enum FailureReason {
    INVALID_USAGE("InvalidUsage", RunnerExit.USAGE),
    INVALID_PARAMETERS("InvalidParameters", RunnerExit.USAGE),
    INVALID_SECRET("InvalidSecret", RunnerExit.CONFIG),

    DATABASE_AUTHENTICATION_FAILED("DatabaseAuthenticationFailed", RunnerExit.CONFIG),
    /** The role may do more than a task needs, and the Secret does not allow it by name. */
    DATABASE_ROLE_REFUSED("DatabaseRoleRefused", RunnerExit.CONFIG),
    DATABASE_SETTINGS_REJECTED("DatabaseSettingsRejected", RunnerExit.CONFIG),
    DATABASE_TLS_FAILED("DatabaseTlsFailed", RunnerExit.CONFIG),
    DATABASE_NOT_FOUND("DatabaseNotFound", RunnerExit.CONFIG),
    DATABASE_VERSION_UNSUPPORTED("DatabaseVersionUnsupported", RunnerExit.CONFIG),
    SCHEMA_MISMATCH("SchemaMismatch", RunnerExit.CONFIG),
    PERMISSION_DENIED("PermissionDenied", RunnerExit.CONFIG),

    DATABASE_UNAVAILABLE("DatabaseUnavailable", RunnerExit.UNAVAILABLE),
    /** The server is a standby, or became one during the run. */
    DATABASE_READ_ONLY("DatabaseReadOnly", RunnerExit.UNAVAILABLE),
    /** The server has no connection, memory or disk left. */
    DATABASE_OVERLOADED("DatabaseOverloaded", RunnerExit.TEMPFAIL),
    /** The server reported a serialization failure or a deadlock. */
    TRANSIENT_FAULT("TransientFault", RunnerExit.TEMPFAIL),
    LOCK_TIMEOUT("LockTimeout", RunnerExit.TEMPFAIL),
    /** Another session holds the task's lock for longer than any run may take. */
    LOCK_HELD("LockHeld", RunnerExit.TEMPFAIL),
    /** Another session cancelled the runner's statement. */
    STATEMENT_CANCELLED("StatementCancelled", RunnerExit.TEMPFAIL),
    DEADLINE_EXCEEDED("DeadlineExceeded", RunnerExit.TEMPFAIL),
    TERMINATED("Terminated", RunnerExit.TEMPFAIL),

    DATABASE_ERROR("DatabaseError", RunnerExit.SOFTWARE),
    INTERNAL_ERROR("InternalError", RunnerExit.SOFTWARE);

    private final String text;
    private final RunnerExit exit;

    FailureReason(String text, RunnerExit exit) {
        this.text = text;
        this.exit = exit;
    }

    public RunnerExit exit() {
        return exit;
    }

    /** Returns whether another attempt on a new connection can succeed. */
    public boolean transientFault() {
        return switch (this) {
            case TRANSIENT_FAULT, LOCK_TIMEOUT, DATABASE_READ_ONLY, DATABASE_UNAVAILABLE, DATABASE_OVERLOADED -> true;
            default -> false;
        };
    }

    /** Returns the name in reports. */
    @Override
    public String toString() {
        return text;
    }
}
