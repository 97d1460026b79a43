package io.crmventas.tasks.runner.settings;

import java.util.Locale;
import java.util.Optional;

/** A value and the place it came from. Printed, it shows the place only: the value may be a secret. */
public record Setting(String source, String value, boolean secret) {
    public Problem problem(String cure) {
        return new Problem(source, cure, secret);
    }

    /** As Python, Node and shell programs write it; empty when it is no such word. */
    public Optional<Boolean> flag() {
        return switch (value.strip().toLowerCase(Locale.ROOT)) {
            case "true", "1", "yes", "on" -> Optional.of(true);
            case "false", "0", "no", "off" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    @Override
    public String toString() {
        return source;
    }
}
