package io.crmventas.tasks.runner.task;

/**
 * The contract's word <em>answer</em> as SQL: the first assistant message after one or more user messages; its time
 * runs from the first of these.
 */
public final class Answers {
    private Answers() {}

    /**
     * Four common table expressions, the last of them {@code answers (talk, tenant_id, day, seller_id,
     * waiting_since, micros)}: one row for each answer given in a day, with its time in whole microseconds. Needs {@code talks (talk, tenant_id, day,
     * day_start, day_end, from_number, seller_id, sent)}: what was said in one conversation on one day, {@code talk}
     * being its number and {@code sent} the messages of assistants among it.
     *
     * <p>The planner takes the answers for far fewer than they are, so add them up before joining them to anything.
     *
     * <p>What came before the last assistant message of the days before cannot matter, so it is not read.
     *
     * @param seenFrom expression on {@code t}, a row of {@code talks}: older messages are not seen
     */
    public static String given(String seenFrom) {
        return """
                answered as materialized (
                  select t.talk, t.tenant_id, t.day, t.day_start, t.day_end, t.seller_id, t.from_number,
                    coalesce((
                      select m.created_at from chat_messages m
                      where m.tenant_id = t.tenant_id and m.from_number = t.from_number and m.role = 'assistant'
                        and m.created_at >= %1$s and m.created_at < t.day_start
                      order by m.created_at desc limit 1
                    ), %1$s) as read_from
                  from talks t
                  where t.sent > 0
                ), seen as (
                  select t.talk, t.tenant_id, t.day, t.day_start, t.seller_id, m.role, m.created_at, m.id,
                    lag(m.role) over (partition by t.talk order by m.created_at, m.id) as previous_role
                  from answered t
                  join chat_messages m on m.tenant_id = t.tenant_id and m.from_number = t.from_number
                    and m.created_at >= t.read_from and m.created_at < t.day_end
                  where %2$s
                ), runs as (
                  select *, max(created_at) filter (where role = 'user' and previous_role is distinct from 'user')
                      over (partition by talk order by created_at, id) as waiting_since
                  from seen
                ), answers as materialized (
                  select talk, tenant_id, day, seller_id, waiting_since, %3$s as micros
                  from runs
                  where role = 'assistant' and previous_role = 'user' and created_at >= day_start
                )""".formatted(seenFrom, Words.MESSAGE, Exact.micros("created_at - waiting_since"));
    }
}
