package io.crmventas.tasks.runner.task;

/**
 * The contract's word <em>answer</em> as SQL: the first assistant message after one or more user messages; its time
 * runs from the first of these.
 */
public final class Answers {
    private Answers() {}

    /**
     * Three common table expressions, the last of them {@code answers (tenant_id, day, seller_id, micros)}: one row
     * for each answer given in a day, with its time in whole microseconds. Needs {@code talks (talk, tenant_id, day,
     * day_start, day_end, from_number, seller_id, sent)}: what was said in one conversation on one day, {@code talk}
     * being its number and {@code sent} the messages of assistants among it.
     *
     * <p>The planner takes the answers for far fewer than they are, so add them up before joining them to anything.
     *
     * @param seenFrom expression on {@code t}, a row of {@code talks}: older messages are not seen
     */
    public static String given(String seenFrom) {
        return """
                seen as (
                  select t.talk, t.tenant_id, t.day, t.day_start, t.seller_id, m.role, m.created_at, m.id,
                    lag(m.role) over (partition by t.talk order by m.created_at, m.id) as previous_role
                  from talks t
                  join chat_messages m on m.tenant_id = t.tenant_id and m.from_number = t.from_number
                    and m.created_at >= %s and m.created_at < t.day_end
                  where t.sent > 0 and %s
                ), runs as (
                  select *, max(created_at) filter (where role = 'user' and previous_role is distinct from 'user')
                      over (partition by talk order by created_at, id) as waiting_since
                  from seen
                ), answers as materialized (
                  select tenant_id, day, seller_id, %s as micros
                  from runs
                  where role = 'assistant' and previous_role = 'user' and created_at >= day_start
                )""".formatted(seenFrom, Words.MESSAGE, Exact.micros("created_at - waiting_since"));
    }
}
