package io.crmventas.tasks.runner.settings;

import io.crmventas.tasks.contract.DurationText;
import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.report.FailureReason;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the environment or the parameters of a task with types. A missing value has its default. This class collects wrong
 * values, so that a person can fix all of them at once.
 */
public final class Settings {
    /** A short text with an exponent is a number of many digits, which could fill the memory. */
    private static final int MOST_DIGITS = 9999;

    private static final Pattern TIME = Pattern.compile("([01][0-9]|2[0-3]):[0-5][0-9]");

    /**
     * A value and its source. {@code toString} returns only the source, because the value can be a secret.
     *
     * @param reason the reason of the failure when the value is wrong
     */
    public record Setting(String source, String value, FailureReason reason) {
        public Failure problem(String fix) {
            return new Failure(reason, source + ": " + fix);
        }

        @Override
        public String toString() {
            return source;
        }
    }

    private final Map<String, String> values;
    private final boolean parameters;
    private final Set<String> known = new TreeSet<>();
    private final List<Failure> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final Set<String> secrets = new LinkedHashSet<>();

    public Settings(Map<String, String> environment) {
        this(environment, false);
    }

    private Settings(Map<String, String> values, boolean parameters) {
        this.values = Map.copyOf(values);
        this.parameters = parameters;
    }

    /** @throws Failure when the text is not a JSON object */
    public static Settings ofParameters(String json) {
        Map<String, String> values = new HashMap<>();
        try {
            // Kubernetes drops a null from a resource, so a null means "not set" here, too.
            JsonText.object(json).forEach((name, value) -> {
                if (value != null) {
                    values.put(name, JsonText.of(value));
                }
            });
        } catch (IllegalArgumentException notAnObject) {
            throw new Failure(FailureReason.INVALID_PARAMETERS, "must be a JSON object such as {\"language\": \"en\"}");
        }
        return new Settings(values, true);
    }

    /** Treats an empty variable as absent, because a chart writes an unset value as empty text. */
    public Optional<Setting> find(String name) {
        return Optional.ofNullable(values.get(name))
                .filter(value -> !value.isBlank())
                .map(value -> parameters
                        ? new Setting(name, value, FailureReason.INVALID_PARAMETERS)
                        : new Setting("variable " + name, value, FailureReason.INVALID_USAGE));
    }

    /** Looks for the variable's name and the keys in the Secret, and then in the environment. */
    public Optional<Setting> find(Optional<SecretFolder> secret, String variable, String... keys) {
        return secret.flatMap(folder -> folder.find(variable).or(() -> folder.find(keys)))
                .or(() -> find(variable));
    }

    public String text(String name, String fallback) {
        return find(name).map(Setting::value).orElse(fallback);
    }

    public Duration duration(String name, String fallback, String least) {
        return duration(name, fallback, least, null);
    }

    /** @param most null for a duration that may be of any length */
    public Duration duration(String name, String fallback, String least, @Nullable String most) {
        String range = most == null ? "of " + least + " or more" : "from " + least + " to " + most;
        return read(name, DurationText.parse(fallback), "a duration " + range + " such as " + fallback, text -> {
            Duration value = DurationText.parse(words(text));
            boolean tooLong = most != null && value.compareTo(DurationText.parse(most)) > 0;
            return tooLong || value.compareTo(DurationText.parse(least)) < 0 ? null : value;
        });
    }

    public int integer(String name, int fallback, int least, int most) {
        return read(name, fallback, "a whole number from " + least + " to " + most, text -> {
            int value = new BigDecimal(text).intValueExact();
            return value < least || value > most ? null : value;
        });
    }

    public BigDecimal decimal(String name, int fallback, int most) {
        return read(name, BigDecimal.valueOf(fallback), "a number from 0 to " + most, text -> {
            BigDecimal value = new BigDecimal(text);
            boolean valid = value.signum() >= 0
                    && value.compareTo(BigDecimal.valueOf(most)) <= 0
                    && value.scale() <= MOST_DIGITS;
            return valid ? value : null;
        });
    }

    public LocalTime time(String name, LocalTime fallback) {
        return read(
                name,
                fallback,
                "a time of day such as " + fallback,
                text -> TIME.matcher(words(text)).matches() ? LocalTime.parse(words(text)) : null);
    }

    public boolean flag(String name, boolean fallback) {
        return read(name, fallback, "true or false", text -> flag(text).orElse(null));
    }

    /** Reads the spellings of Python, Node and shell programs. */
    public static Optional<Boolean> flag(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true", "1", "yes", "on" -> Optional.of(true);
            case "false", "0", "no", "off" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    /**
     * @param fix the valid words, for the message
     * @param reader throws an IllegalArgumentException for another word
     */
    public <T> T word(String name, T fallback, String fix, Function<String, T> reader) {
        return read(name, fallback, fix, text -> reader.apply(words(text)));
    }

    /** @param reader returns null, or throws one of these exceptions, for a wrong value */
    private <T> T read(String name, T fallback, String fix, Function<String, @Nullable T> reader) {
        known.add(name);
        Optional<Setting> setting = find(name);
        if (setting.isEmpty()) {
            return fallback;
        }
        try {
            T value = reader.apply(setting.get().value().strip());
            if (value != null) {
                return value;
            }
        } catch (IllegalArgumentException | ArithmeticException unreadable) {
            // The problem below names the valid values.
        }
        // A variable can hold a secret by mistake. A parameter is no secret: the resource of the task shows it.
        add(setting.get()
                .problem(
                        "must be " + fix + (parameters ? ", is " + setting.get().value() : "")));
        return fallback;
    }

    /** Removes the quotes of a word, because parameters are JSON. A number has no quotes. */
    private String words(String text) {
        if (!parameters) {
            return text;
        }
        return text.startsWith("\"") ? text.substring(1, text.length() - 1) : "";
    }

    /** Checks a rule about several parameters. */
    public void require(boolean holds, String error) {
        if (!holds) {
            add(new Failure(FailureReason.INVALID_PARAMETERS, error));
        }
    }

    /** Throws all mistakes, so call it last. An unknown parameter is a mistake, because its name can be misspelt. */
    public void finish() {
        new TreeSet<>(values.keySet())
                .forEach(name -> require(
                        known.contains(name),
                        name + ": this task has no such parameter; it knows " + String.join(", ", known)));
        if (!problems.isEmpty()) {
            throw Failure.ofAll(problems);
        }
    }

    /** @param problems the receiver of what is wrong with the folder or with a file in it */
    public Optional<SecretFolder> folder(String variable, Consumer<Failure> problems) {
        return find(variable).map(setting -> {
            Path path = Path.of(setting.value());
            if (!Files.isDirectory(path)) {
                problems.accept(new Failure(
                        FailureReason.INVALID_SECRET,
                        setting.source() + ": names no folder; mount the Secret there, one file for each key"));
            }
            return new SecretFolder(variable, path, problems);
        });
    }

    public void add(Failure problem) {
        problems.add(problem);
    }

    public void warn(String warning) {
        warnings.add(warning);
    }

    /** Adds a value that the runner must never print, even if the value is wrong. */
    public void secret(String value) {
        secrets.add(value);
    }

    public List<Failure> problems() {
        return List.copyOf(problems);
    }

    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    public Set<String> secrets() {
        return Set.copyOf(secrets);
    }
}
