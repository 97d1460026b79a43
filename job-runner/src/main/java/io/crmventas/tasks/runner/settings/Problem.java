package io.crmventas.tasks.runner.settings;

/**
 * One setting that cannot work.
 *
 * @param source the variable or Secret key, never its value
 * @param cure what is wrong and what to write instead
 * @param secret the mistake is in a Secret, not in what the operator or the command line gave
 */
public record Problem(String source, String cure, boolean secret) {
    public String text() {
        return source + ": " + cure;
    }
}
