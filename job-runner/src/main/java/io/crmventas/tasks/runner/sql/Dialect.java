package io.crmventas.tasks.runner.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What differs between CRM databases. A statement file is written for a database that has everything; this record
 * adapts its text.
 *
 * @param absentTables optional tables that this CRM lacks. A common table expression of the same name, with no rows,
 *     stands in for each
 * @param messagesByTime {@code chat_messages} has an index that begins with {@code (tenant_id, created_at)}
 * @param lowerCasing the collation that lower-cases a status by Unicode's rules, quoted as SQL wants it
 */
public record Dialect(Set<String> absentTables, boolean messagesByTime, String lowerCasing) {
    /** The empty common table expression that stands in for each table that a statement joins. */
    private static final Map<String, String> STAND_INS = Map.of(
            "lead_statuses",
            "lead_statuses (tenant_id, code, is_final) as (select null::int, null::text, null::boolean where false),\n",
            "notification_settings",
            "notification_settings (user_id, mute_until, muted_types)"
                    + " as (select null::text, null::timestamptz, null::jsonb where false),\n");

    private static final SqlFile READ = new SqlFile("sql/dialect.sql");
    private static final String LOWER_CASING_IN_FILES = "\"und-x-icu\"";
    private static final Pattern FIRST_LINE = Pattern.compile("(?m)^with( recursive)?\n");

    public static Dialect read(Connection connection) throws SQLException {
        return READ.sql()
                .one(
                        connection,
                        row -> new Dialect(
                                Set.of(row.get("absent", String.class).split(" ")),
                                row.get("messages_by_time", Boolean.class),
                                row.get("lower_casing", String.class)));
    }

    public boolean has(String table) {
        return !absentTables.contains(table);
    }

    String adapt(String statement) {
        String standIns = STAND_INS.entrySet().stream()
                .filter(table -> absentTables.contains(table.getKey()) && statement.contains(table.getKey()))
                .map(Map.Entry::getValue)
                .sorted()
                .collect(Collectors.joining());
        Matcher with = FIRST_LINE.matcher(statement);
        boolean found = with.find();
        if (!found && !standIns.isEmpty()) {
            throw new IllegalStateException("A statement with optional tables needs a line that is just \"with\"");
        }
        return new StringBuilder(statement)
                .insert(found ? with.end() : 0, standIns)
                .toString()
                .replace(LOWER_CASING_IN_FILES, lowerCasing);
    }
}
