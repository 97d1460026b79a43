package io.crmventas.tasks.runner.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A mounted Secret: one file a key. */
public final class SecretFolder {
    private static final Pattern LAST_LINE_BREAK = Pattern.compile("\\R+\\z");

    private final String variable;
    private final Path path;
    private final Consumer<Problem> problems;

    SecretFolder(String variable, Path path, Consumer<Problem> problems) {
        this.variable = variable;
        this.path = path;
        this.problems = problems;
    }

    /** The first of these keys that is there and not empty. */
    public Optional<Setting> find(String... keys) {
        return Stream.of(keys).flatMap(key -> read(key).stream()).findFirst();
    }

    /** Where a file that a setting names without a folder is to be looked for. */
    public Path resolve(String file) {
        return path.resolve(file);
    }

    /** A fault of the Secret as a whole; tells the names of its keys, never what they hold. */
    public Problem problem(String cure) {
        return new Problem("the Secret in " + variable, cure + "; it has " + keys(), true);
    }

    private String keys() {
        try (Stream<Path> files = Files.list(path)) {
            // Kubernetes keeps links of its own under names with two dots.
            List<String> names = files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> !name.startsWith(".."))
                    .sorted()
                    .toList();
            return names.isEmpty() ? "no keys" : "the keys " + String.join(", ", names);
        } catch (IOException unreadable) {
            return "no keys that can be read";
        }
    }

    private Optional<Setting> read(String key) {
        String source = "key " + key + " of the Secret in " + variable;
        try {
            // A value made by an editor or by echo ends in a line break that is not part of it.
            String value =
                    LAST_LINE_BREAK.matcher(Files.readString(path.resolve(key))).replaceFirst("");
            return value.isBlank() ? Optional.empty() : Optional.of(new Setting(source, value, true));
        } catch (NoSuchFileException missing) {
            return Optional.empty();
        } catch (IOException unreadable) {
            problems.accept(new Problem(
                    source,
                    "cannot be read (" + unreadable.getClass().getSimpleName()
                            + "); it must be UTF-8 text that the pod's user may read",
                    true));
            return Optional.empty();
        }
    }
}
