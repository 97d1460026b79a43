package io.crmventas.tasks.contract;

/** Exit codes of the runner, after BSD's sysexits(3). */
public enum RunnerExit {
    OK(0),
    /** The command line or a setting is wrong. */
    USAGE(64),
    /** A dependency is down: the database does not answer. */
    UNAVAILABLE(69),
    /** A fault of our own. */
    SOFTWARE(70),
    /** Transient; the same run may succeed when tried again. */
    TEMPFAIL(75),
    /** The database, its schema or the grants do not fit; only a person can fix it. */
    CONFIG(78);

    private final int code;

    RunnerExit(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** Permanent codes fail the Job after its first pod: trying again cannot help. */
    public boolean permanent() {
        return this == USAGE || this == CONFIG;
    }
}
