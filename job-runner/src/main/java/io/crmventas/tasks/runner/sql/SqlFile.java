package io.crmventas.tasks.runner.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One statement in a file of its own, with named parameters. psql runs the file too, because its {@code \set} lines
 * give each parameter a value. The runner drops these lines and binds its own values.
 *
 * @param path the path below this module's resources, such as {@code task/cleanup/notifications.sql}
 */
public record SqlFile(String path) {
    private static final String ROOT = "/io/crmventas/tasks/runner/";
    /** Every transaction of a run uses some of the files, so the runner reads each of them once. */
    private static final Map<String, String> TEXTS = Collections.synchronizedMap(new HashMap<>());

    private static final Pattern PSQL_VARIABLES = Pattern.compile("(?m)^\\\\set .*\\R");

    /** Returns the whole file, with comments and {@code \set} lines. */
    public String text() {
        return TEXTS.computeIfAbsent(path, SqlFile::read);
    }

    private static String read(String path) {
        try (InputStream file = SqlFile.class.getResourceAsStream(ROOT + path)) {
            if (file == null) {
                throw new IllegalStateException("The image has no file " + path);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("The file " + path + " cannot be read", unreadable);
        }
    }

    /** Call this for a statement that is the same on every database. */
    public Sql sql() {
        return Sql.of(statement());
    }

    /** Call this for a statement that uses optional tables or lower-cases a status. */
    public Sql sql(Dialect dialect) {
        return Sql.of(dialect.adapt(statement()));
    }

    private String statement() {
        return PSQL_VARIABLES.matcher(text()).replaceAll("").strip().replaceFirst(";$", "");
    }
}
