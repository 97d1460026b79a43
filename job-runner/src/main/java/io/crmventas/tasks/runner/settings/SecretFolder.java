package io.crmventas.tasks.runner.settings;

import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.report.FailureReason;
import io.crmventas.tasks.runner.settings.Settings.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A mounted Secret, with one file for each key.
 *
 * @param variable the variable that names the folder
 * @param problems the receiver of each key that the runner cannot read
 */
public record SecretFolder(String variable, Path path, Consumer<Failure> problems) {
    /** Editors add a mark of the encoding at the start, and editors and echo a line break at the end. */
    private static final Pattern ADDED_BY_EDITORS = Pattern.compile("\\A\uFEFF|\\R+\\z");

    /** Returns the first of these keys that exists and is not empty. */
    public Optional<Setting> find(String... keys) {
        return Stream.of(keys).flatMap(key -> read(key).stream()).findFirst();
    }

    /** Creates the failure of a Secret as a whole. The message has the names of its keys, and never a value. */
    public Failure problem(String fix) {
        return new Failure(
                FailureReason.INVALID_SECRET, "the Secret in " + variable + ": " + fix + "; it has " + keys());
    }

    private String keys() {
        try (Stream<Path> files = Files.list(path)) {
            // Kubernetes keeps links of its own under names with two dots.
            List<String> names = files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> !name.startsWith(".."))
                    .sorted()
                    .toList();
            return names.isEmpty()
                    ? "no keys, so perhaps it does not exist in this namespace"
                    : "the keys " + String.join(", ", names);
        } catch (IOException unreadable) {
            return "no keys that can be read";
        }
    }

    private Optional<Setting> read(String key) {
        String source = "key " + key + " of the Secret in " + variable;
        try {
            String value = ADDED_BY_EDITORS
                    .matcher(Files.readString(path.resolve(key)))
                    .replaceAll("");
            return value.isBlank()
                    ? Optional.empty()
                    : Optional.of(new Setting(source, value, FailureReason.INVALID_SECRET));
        } catch (NoSuchFileException missing) {
            return Optional.empty();
        } catch (IOException unreadable) {
            problems.accept(new Failure(
                    FailureReason.INVALID_SECRET,
                    source + ": cannot be read (" + unreadable.getClass().getSimpleName()
                            + "); it must be UTF-8 text that the pod's user may read"));
            return Optional.empty();
        }
    }
}
