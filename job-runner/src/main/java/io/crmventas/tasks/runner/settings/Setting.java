package io.crmventas.tasks.runner.settings;

import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.report.Reason;
import java.util.Locale;
import java.util.Optional;

/**
 * A value and the place it came from. Printed, it shows the place only, because the value may be a secret.
 *
 * @param reason of a failure when the value is wrong
 */
public record Setting(String source, String value, Reason reason) {
    public Failure problem(String fix) {
        return new Failure(reason, source + ": " + fix);
    }

    /** As Python, Node and shell programs write it. */
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
