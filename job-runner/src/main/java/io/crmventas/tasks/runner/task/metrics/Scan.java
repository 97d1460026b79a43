package io.crmventas.tasks.runner.task.metrics;

import io.crmventas.tasks.runner.sql.Row;
import io.crmventas.tasks.runner.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * A pass over all message rows that looks at nothing but who wrote them.
 *
 * @param settledThen rows from before the old horizon
 * @param settledNow rows from before today's
 * @param changed conversations with rows that may not have been seen
 */
record Scan(long settledThen, long settledNow, List<Conversation> changed) {
    /** Looks at no column of a row that was seen. */
    private static final String CHANGED = """
            select m.tenant_id, m.from_number, count(*) as rows, count(*) filter (where age(m.xmin) > :ageNow) as settled
            from chat_messages m
            where age(m.xmin) <= :ageThen
            group by m.tenant_id, m.from_number""";

    private static final String THINNED = """
            select c.tenant_id, c.from_number
            from crm_tasks.conversations c
            left join (
              select m.tenant_id, m.from_number, count(*) as settled_rows from chat_messages m
              where m.tenant_id is not null and m.from_number is not null and age(m.xmin) > :ageThen
              group by m.tenant_id, m.from_number
            ) m on m.tenant_id = c.tenant_id and m.from_number = c.from_number
            where c.settled_rows <> coalesce(m.settled_rows, 0)""";

    static Scan of(Connection connection, ReadMark mark) throws SQLException {
        // Counting is a statement of its own because PostgreSQL does it on several processors, and ages on one.
        long all = Sql.of("select count(*) as n from chat_messages")
                .list(connection, row -> row.get("n", Long.class))
                .getFirst();
        List<Changed> changed = Sql.of(CHANGED)
                .with("ageThen", mark.ageThen())
                .with("ageNow", mark.ageNow())
                .list(connection, Changed::read);
        long then = all - changed.stream().mapToLong(Changed::rows).sum();
        return new Scan(
                then,
                then + changed.stream().mapToLong(Changed::settled).sum(),
                changed.stream().flatMap(group -> group.conversation().stream()).toList());
    }

    /**
     * Rows that were not settled then.
     *
     * @param conversation empty for rows that belong to none
     */
    private record Changed(Optional<Conversation> conversation, long rows, long settled) {
        static Changed read(Row row) throws SQLException {
            boolean some =
                    row.find("tenant_id", Integer.class) != null && row.find("from_number", String.class) != null;
            return new Changed(
                    some ? Optional.of(Conversation.read(row)) : Optional.empty(),
                    row.get("rows", Long.class),
                    row.get("settled", Long.class));
        }
    }

    /** Conversations that lost a settled row, however long it takes to find them. */
    static List<Conversation> thinned(Connection connection, ReadMark mark) throws SQLException {
        return Sql.of(THINNED).with("ageThen", mark.ageThen()).list(connection, Conversation::read);
    }
}
