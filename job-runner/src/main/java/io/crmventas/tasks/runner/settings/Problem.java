package io.crmventas.tasks.runner.settings;

/**
 * One setting that cannot work.
 *
 * @param source the variable or Secret key, never its value
 * @param cure what is wrong and what to write instead
 */
public record Problem(String source, String cure, Kind kind) {
    /** Where a person has to look. */
    public enum Kind {
        /** In what the operator or the command line gave. */
        GIVEN,
        /** In the content of a Secret. */
        SECRET,
        /** In the certificates that a Secret names. */
        CERTIFICATE
    }

    public Problem(String source, String cure, boolean secret) {
        this(source, cure, secret ? Kind.SECRET : Kind.GIVEN);
    }

    /** The mistake is in a Secret, not in what the operator or the command line gave. */
    public boolean secret() {
        return kind != Kind.GIVEN;
    }

    public String text() {
        return source + ": " + cure;
    }
}
