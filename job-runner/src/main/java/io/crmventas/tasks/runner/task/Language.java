package io.crmventas.tasks.runner.task;

/** Of the texts that the CRM's users read. */
public enum Language {
    SPANISH("es"),
    ENGLISH("en");

    private final String code;

    Language(String code) {
        this.code = code;
    }

    public String code() {
        return code;
    }
}
