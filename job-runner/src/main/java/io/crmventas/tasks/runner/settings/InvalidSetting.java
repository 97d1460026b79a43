package io.crmventas.tasks.runner.settings;

/** What is wrong with a value and what to write instead. Never quotes the value: any part of it may be a password. */
public final class InvalidSetting extends Exception {
    private static final long serialVersionUID = 1L;

    public InvalidSetting(String cure) {
        super(cure, null, false, false);
    }

    public String cure() {
        return String.valueOf(getMessage());
    }
}
