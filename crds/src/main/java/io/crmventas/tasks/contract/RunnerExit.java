package io.crmventas.tasks.contract;

/** Defines the exit codes of the runner, which follow BSD's sysexits(3). */
public enum RunnerExit {
    OK(0),
    /** The command line or a setting is wrong. */
    USAGE(64),
    /** A dependency, such as the database, does not answer. */
    UNAVAILABLE(69),
    /** A fault of the runner itself. */
    SOFTWARE(70),
    /** The fault is transient: another attempt of the same run may succeed. */
    TEMPFAIL(75),
    /** The database, its schema or its grants are wrong. Only a person can fix them. */
    CONFIG(78);

    private final int code;

    RunnerExit(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** Returns whether another attempt would fail too. Such a code fails the Job after its first pod. */
    public boolean permanent() {
        return this == USAGE || this == CONFIG;
    }
}
