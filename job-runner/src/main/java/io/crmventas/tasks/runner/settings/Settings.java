package io.crmventas.tasks.runner.settings;

import io.crmventas.tasks.contract.DurationText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The environment, read with types. Mistakes are collected, so that a person mends them all at once. */
public final class Settings {
    private final Map<String, String> environment;
    private final List<Problem> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final Set<String> secrets = new LinkedHashSet<>();

    public Settings(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /** An empty variable counts as absent: that is what an unset value in a chart becomes. */
    public Optional<Setting> find(String variable) {
        return Optional.ofNullable(environment.get(variable))
                .filter(value -> !value.isBlank())
                .map(value -> new Setting("variable " + variable, value, false));
    }

    public String text(String variable, String otherwise) {
        return find(variable).map(Setting::value).orElse(otherwise);
    }

    public Duration duration(String variable, Duration otherwise, Duration least, Duration most) {
        return find(variable)
                .map(setting -> {
                    try {
                        Duration value = DurationText.parse(setting.value().strip());
                        if (value.compareTo(least) >= 0 && value.compareTo(most) <= 0) {
                            return value;
                        }
                    } catch (IllegalArgumentException notADuration) {
                        // The problem below says what to write.
                    }
                    add(setting.problem("write a duration from " + DurationText.format(least) + " to "
                            + DurationText.format(most) + ", as in 90s, 5m or 1h30m"));
                    return otherwise;
                })
                .orElse(otherwise);
    }

    public int integer(String variable, int otherwise, int least, int most) {
        return find(variable)
                .map(setting -> {
                    String text = setting.value().strip();
                    if (text.matches("[0-9]{1,9}")) {
                        int value = Integer.parseInt(text);
                        if (value >= least && value <= most) {
                            return value;
                        }
                    }
                    add(setting.problem("write a whole number from " + least + " to " + most));
                    return otherwise;
                })
                .orElse(otherwise);
    }

    public boolean flag(String variable, boolean otherwise) {
        return find(variable)
                .map(setting -> {
                    Optional<Boolean> value = setting.flag();
                    if (value.isEmpty()) {
                        add(setting.problem("write true or false"));
                    }
                    return value.orElse(otherwise);
                })
                .orElse(otherwise);
    }

    public Optional<SecretFolder> folder(String variable) {
        return find(variable).map(setting -> {
            Path path = Path.of(setting.value());
            if (!Files.isDirectory(path)) {
                add(new Problem(
                        setting.source(), "names no folder; mount the Secret there, one file for each key", true));
            }
            return new SecretFolder(variable, path, this::add);
        });
    }

    /** For what a run can do without: a fault of the folder is a warning. */
    public Optional<SecretFolder> optionalFolder(String variable) {
        return find(variable)
                .map(setting -> new SecretFolder(
                        variable, Path.of(setting.value()), problem -> warn("redis: " + problem.text())));
    }

    public void add(Problem problem) {
        problems.add(problem);
    }

    public void warn(String warning) {
        warnings.add(warning);
    }

    /** What must never be printed, right or wrong. */
    public void secret(String value) {
        secrets.add(value);
    }

    public List<Problem> problems() {
        return List.copyOf(problems);
    }

    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    public Set<String> secrets() {
        return Set.copyOf(secrets);
    }
}
