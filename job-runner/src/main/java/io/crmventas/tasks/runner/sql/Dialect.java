package io.crmventas.tasks.runner.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Holds what differs between CRM databases. A statement file is for a database that has everything. This record adapts
 * its text.
 *
 * @param absentTables the optional tables that this CRM lacks. In each file that joins one, a line that is a comment
 *     otherwise holds a common table expression of the same name without rows
 * @param messagesByTime whether {@code chat_messages} has an index that begins with {@code (tenant_id, created_at)}
 * @param lowerCasing the collation that lower-cases a status by Unicode's rules, in quotes for SQL
 */
public record Dialect(Set<String> absentTables, boolean messagesByTime, String lowerCasing) {
    private static final SqlFile READ = new SqlFile("sql/dialect.sql");
    private static final String LOWER_CASING_IN_FILES = "\"und-x-icu\"";
    private static final Pattern STAND_IN = Pattern.compile("(?m)^-- in a CRM without it: (\\w+)");

    public static Dialect read(Connection connection, Set<String> absentTables) throws SQLException {
        return READ.sql()
                .one(
                        connection,
                        row -> new Dialect(
                                absentTables,
                                row.get("messages_by_time", Boolean.class),
                                row.get("lower_casing", String.class)));
    }

    String adapt(String statement) {
        return STAND_IN.matcher(statement)
                .replaceAll(line -> absentTables.contains(line.group(1)) ? line.group(1) : line.group())
                .replace(LOWER_CASING_IN_FILES, lowerCasing);
    }
}
