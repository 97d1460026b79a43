package io.crmventas.tasks.runner.task;

import com.fasterxml.jackson.databind.JsonNode;
import io.crmventas.tasks.contract.DurationText;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Reads {@code spec.parameters}: a missing value is its default, a wrong one is noted and reading goes on, and
 * {@link #finish} throws all that was noted. A parameter that nobody asked for is wrong as well: it may be a misspelt
 * one.
 */
public final class ParameterReader {
    private static final Pattern TIME = Pattern.compile("([01][0-9]|2[0-3]):[0-5][0-9]");

    private final JsonNode parameters;
    private final Set<String> known = new TreeSet<>();
    private final List<String> errors = new ArrayList<>();

    public ParameterReader(JsonNode parameters) {
        this.parameters = parameters;
        if (!parameters.isObject() && !parameters.isNull() && !parameters.isMissingNode()) {
            errors.add("parameters: must be a JSON object such as {\"language\": \"en\"}");
        }
    }

    public Duration duration(String name, String fallback, String least) {
        Duration defaultValue = DurationText.parse(fallback);
        JsonNode value = value(name);
        if (value.isMissingNode()) {
            return defaultValue;
        }
        try {
            Duration duration = DurationText.parse(value.isTextual() ? value.textValue() : value.toString());
            if (duration.compareTo(DurationText.parse(least)) >= 0) {
                return duration;
            }
            errors.add(name + ": must be " + least + " or more, is " + value);
        } catch (IllegalArgumentException notADuration) {
            errors.add(name + ": must be a duration such as " + fallback + ", is " + value);
        }
        return defaultValue;
    }

    public Duration duration(String name, String fallback) {
        return duration(name, fallback, "1s");
    }

    public int integer(String name, int fallback, int least, int most) {
        JsonNode value = value(name);
        if (value.isMissingNode()) {
            return fallback;
        }
        if (value.isIntegralNumber()
                && value.canConvertToInt()
                && value.intValue() >= least
                && value.intValue() <= most) {
            return value.intValue();
        }
        errors.add(name + ": must be a whole number from " + least + " to " + most + ", is " + value);
        return fallback;
    }

    public BigDecimal decimal(String name, int fallback, int most) {
        JsonNode value = value(name);
        if (value.isMissingNode()) {
            return BigDecimal.valueOf(fallback);
        }
        if (value.isNumber()
                && value.decimalValue().signum() >= 0
                && value.decimalValue().compareTo(BigDecimal.valueOf(most)) <= 0) {
            return value.decimalValue();
        }
        errors.add(name + ": must be a number from 0 to " + most + ", is " + value);
        return BigDecimal.valueOf(fallback);
    }

    public LocalTime time(String name, LocalTime fallback) {
        JsonNode value = value(name);
        if (value.isMissingNode()) {
            return fallback;
        }
        if (value.isTextual() && TIME.matcher(value.textValue()).matches()) {
            return LocalTime.parse(value.textValue());
        }
        errors.add(name + ": must be a time of day such as " + fallback + ", is " + value);
        return fallback;
    }

    public Language language() {
        JsonNode value = value("language");
        if (value.isMissingNode()) {
            return Language.SPANISH;
        }
        return Arrays.stream(Language.values())
                .filter(language -> language.code().equals(value.textValue()))
                .findFirst()
                .orElseGet(() -> {
                    errors.add("language: must be es or en, is " + value);
                    return Language.SPANISH;
                });
    }

    /** For a rule about several parameters. */
    public void require(boolean holds, String error) {
        if (!holds) {
            errors.add(error);
        }
    }

    /** Call last. */
    public void finish() {
        parameters.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                errors.add(name + ": this task has no such parameter; it knows " + String.join(", ", known));
            }
        });
        if (!errors.isEmpty()) {
            throw new InvalidParameters(errors);
        }
    }

    /** Kubernetes drops a null where it is written, so here, too, null means not set. */
    private JsonNode value(String name) {
        known.add(name);
        JsonNode value = parameters.path(name);
        return value.isNull() ? parameters.path("\0") : value;
    }
}
