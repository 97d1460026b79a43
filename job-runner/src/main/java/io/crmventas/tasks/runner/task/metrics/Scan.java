package io.crmventas.tasks.runner.task.metrics;

import io.crmventas.tasks.runner.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * One pass over all message rows that looks at nothing but who wrote them.
 *
 * @param settledThen rows from before the old horizon
 * @param settledNow rows from before today's
 * @param changed conversations with rows that may not have been seen
 */
record Scan(long settledThen, long settledNow, List<Conversation> changed) {
    /** All seen rows are one group, so that hardly anything is sorted or hashed. */
    private static final String SCAN = """
            select case when age(m.xmin) <= :ageThen then m.tenant_id end as tenant_id,
              case when age(m.xmin) <= :ageThen then m.from_number end as from_number,
              count(*) as rows, count(*) filter (where age(m.xmin) > :ageNow) as settled
            from chat_messages m
            where m.tenant_id is not null and m.from_number is not null
            group by 1, 2""";

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
        List<Conversation> changed = new ArrayList<>();
        long[] settled = new long[2];
        Sql.of(SCAN)
                .with("ageThen", mark.ageThen())
                .with("ageNow", mark.ageNow())
                .list(connection, row -> {
                    settled[1] += row.get("settled", Long.class);
                    if (row.find("tenant_id", Integer.class) == null) {
                        settled[0] = row.get("rows", Long.class);
                        return false;
                    }
                    return changed.add(Conversation.read(row));
                });
        return new Scan(settled[0], settled[1], List.copyOf(changed));
    }

    /** Conversations that lost a settled row, however long it takes to find them. */
    static List<Conversation> thinned(Connection connection, ReadMark mark) throws SQLException {
        return Sql.of(THINNED).with("ageThen", mark.ageThen()).list(connection, Conversation::read);
    }
}
