package io.crmventas.tasks.runner.task;

import io.crmventas.tasks.runner.settings.Settings;
import java.util.Arrays;

/** The language of the texts that the CRM's users read. */
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

    public static Language read(Settings parameters) {
        return parameters.word(
                "language",
                SPANISH,
                "es or en",
                text -> Arrays.stream(values())
                        .filter(language -> language.code.equals(text))
                        .findFirst());
    }
}
