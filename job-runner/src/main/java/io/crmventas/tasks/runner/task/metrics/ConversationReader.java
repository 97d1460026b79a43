package io.crmventas.tasks.runner.task.metrics;

import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.task.Answers;
import io.crmventas.tasks.runner.task.PlannerSettings;
import io.crmventas.tasks.runner.task.TenantDays;
import io.crmventas.tasks.runner.task.Words;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Reads conversations into {@code crm_tasks.conversations}.
 *
 * @param ageNow {@code age(xmin)} is greater for settled rows
 */
record ConversationReader(Connection connection, TenantDays today, Instant now, Duration window, int ageNow) {
    private static final String COLUMNS = "settled_rows, next_at, seller_id, assigned_at, newest_at, newest_sent_at,"
            + " day_start, first_today_at, sent, received, answers, answer_micros, waiting_since";

    private static final String ALL = "chat_messages m";
    private static final String LISTED =
            Conversation.LIST + " join chat_messages m on m.tenant_id = k.tenant_id and m.from_number = k.from_number";

    /** Conversations whose figures are others by now, though no row changed. */
    private static final String DUE = """
            with %s
            select c.tenant_id, c.from_number
            from crm_tasks.conversations c
            left join tenant_days d on d.tenant_id = c.tenant_id
            where c.next_at <= :now
              or c.day_start is distinct from d.day_start and c.newest_at >= d.day_start
              or c.day_start = d.day_start and c.waiting_since < :windowStart""".formatted(TenantDays.CTE);

    List<Conversation> due() throws SQLException {
        return today.bindTo(Sql.of(DUE))
                .with("now", now)
                .with("windowStart", now.minus(window))
                .list(connection, Conversation::read);
    }

    /** Writes only what is different; a conversation that has no row any more is forgotten. */
    void readAgain(List<Conversation> conversations) throws SQLException {
        Conversation.bind(write(LISTED), conversations).update(connection);
        Conversation.bind(Sql.of("""
                        delete from crm_tasks.conversations c using %s
                        where c.tenant_id = k.tenant_id and c.from_number = k.from_number and not exists (
                          select from chat_messages m
                          where m.tenant_id = k.tenant_id and m.from_number = k.from_number)""".formatted(Conversation.LIST)), conversations)
                .update(connection);
    }

    /** How many settled rows there are, in conversations or not. */
    long readAll() throws SQLException {
        PlannerSettings.forOneGreatGroup(connection);
        Sql.of("delete from crm_tasks.conversations").update(connection);
        write(ALL).update(connection);
        return Sql.of("select count(*) as n from chat_messages m where age(m.xmin) > :ageNow")
                .with("ageNow", ageNow)
                .list(connection, row -> row.get("n", Long.class))
                .getFirst();
    }

    private Sql write(String messages) {
        String excluded = "excluded." + COLUMNS.replace(", ", ", excluded.");
        String stored = "c." + COLUMNS.replace(", ", ", c.");
        String text = """
                with %1$s, %2$s, %3$s
                insert into crm_tasks.conversations as c (tenant_id, from_number, %4$s)
                select t.tenant_id, t.from_number, t.settled_rows, t.next_at, t.seller_id, t.assigned_at, t.newest_at,
                  t.newest_sent_at, t.day_start, t.first_today_at, t.sent, t.received,
                  coalesce(a.answers, 0), coalesce(a.answer_micros, 0), a.waiting_since
                from talks t
                left join (
                  select talk, count(*) as answers, sum(micros) as answer_micros, min(waiting_since) as waiting_since
                  from answers group by talk
                ) a on a.talk = t.talk
                on conflict (tenant_id, from_number) do update set (%4$s) = row (%5$s)
                where (%6$s) is distinct from (%5$s)""".formatted(
                        TenantDays.CTE, talks(messages), Answers.given(":windowStart"), COLUMNS, excluded, stored);
        return today.bindTo(Sql.of(text))
                .with("now", now)
                .with("windowStart", now.minus(window))
                .with("ageNow", ageNow);
    }

    /** A row without {@code created_at} does not exist, and neither does what it says. */
    private static String talks(String messages) {
        return """
                read as materialized (
                  select m.tenant_id, m.from_number, d.day_start, d.day_end,
                    count(*) filter (where age(m.xmin) > :ageNow) as settled_rows,
                    least(min(m.created_at) filter (where m.created_at > :now),
                          min(m.assigned_at) filter (where m.assigned_at > :now and m.created_at is not null)) as next_at,
                    max(m.created_at) filter (where %1$s) as stamped_at,
                    max(m.assigned_at) filter (where m.created_at <= :now and m.assigned_at <= :now) as assigned_at,
                    max(m.created_at) filter (where %2$s) as newest_at,
                    max(m.created_at) filter (where %2$s and m.role = 'assistant') as newest_sent_at,
                    min(m.created_at) filter (where %2$s and m.created_at >= d.day_start) as first_today_at,
                    count(*) filter (where %2$s and m.role = 'assistant' and m.created_at >= d.day_start) as sent,
                    count(*) filter (where %2$s and m.role = 'user' and m.created_at >= d.day_start) as received
                  from %3$s
                  left join tenant_days d on d.tenant_id = m.tenant_id
                  where m.tenant_id is not null and m.from_number is not null
                  group by m.tenant_id, m.from_number, d.day_start, d.day_end
                ), talks as materialized (
                  select row_number() over () as talk, r.*, null::text as day, stamped.seller_id
                  from read r
                  left join lateral %4$s stamped on true
                )""".formatted(Words.STAMPED, Words.MESSAGE, messages, Words.stampedSeller("r"));
    }
}
