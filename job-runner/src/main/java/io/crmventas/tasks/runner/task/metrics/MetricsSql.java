package io.crmventas.tasks.runner.task.metrics;

import io.crmventas.tasks.runner.task.Answers;
import io.crmventas.tasks.runner.task.Exact;
import io.crmventas.tasks.runner.task.TenantDays;
import io.crmventas.tasks.runner.task.Words;

/** The figures of every seller of every tenant, in one statement. */
final class MetricsSql {
    /** Every message is read once; the assigned seller is then one look into the index. */
    private static final String TALKS = """
            conversations as materialized (
              select m.tenant_id, m.from_number, %s as stamped_at,
                max(m.assigned_at) filter (where m.assigned_at <= :now) as assigned_at,
                max(m.created_at) filter (where m.role in ('user', 'assistant')) as newest_at,
                max(m.created_at) filter (where m.role = 'assistant') as newest_sent_at,
                min(m.created_at) filter (where m.role in ('user', 'assistant') and m.created_at >= d.day_start)
                  as first_today_at,
                count(*) filter (where m.role = 'assistant' and m.created_at >= d.day_start) as sent,
                count(*) filter (where m.role = 'user' and m.created_at >= d.day_start) as received
              from chat_messages m join tenant_days d on d.tenant_id = m.tenant_id
              where m.created_at <= :now
                and (m.created_at >= :windowStart or m.assigned_seller_id is not null or m.assigned_at is not null)
              group by m.tenant_id, m.from_number
            ), talks as materialized (
              select row_number() over () as talk, c.*, d.day, d.day_start, d.day_end, stamped.seller_id
              from conversations c
              join tenant_days d on d.tenant_id = c.tenant_id
              cross join lateral %s stamped
              where c.stamped_at is not null
                and (c.newest_at >= :windowStart or c.assigned_at >= d.day_start and c.assigned_at < d.day_end)
            )""".formatted(Words.STAMPED_AT, Words.stampedSeller("c"));

    private static final String READ_NOW = """
            select tenant_id, seller_id, day_start, day_end, newest_at, newest_sent_at, first_today_at, assigned_at,
              sent, received, 0 as answers, 0 as answer_micros
            from talks
            union all
            select tenant_id, seller_id, null, null, null, null, null, null, 0, 0, 1, micros from answers""";

    private MetricsSql() {}

    /** One row with the column {@code rows}: a JSON array, one object a seller. Reads every message once. */
    static String figures(Words words) {
        return "with "
                + String.join(
                        ", ",
                        TenantDays.CTE,
                        Words.SELLERS,
                        words.finalStatuses(),
                        TALKS,
                        Answers.given(":windowStart"),
                        talkFigures(READ_NOW),
                        leadFigures(words))
                + " " + rows();
    }

    private static String talkFigures(String source) {
        return """
            talk_figures as (
              select tenant_id, seller_id,
                count(*) filter (where newest_at >= :windowStart) as total_conversations,
                count(*) filter (where newest_at >= :activeSince) as active_conversations,
                count(*) filter (where assigned_at >= day_start and assigned_at < day_end) as assigned_today,
                sum(sent) as sent, sum(received) as received,
                sum(%s) filter (where sent + received > 0) as chat_micros,
                count(*) filter (where sent + received > 1) as sessions,
                max(newest_sent_at) filter (where newest_sent_at >= :windowStart) as last_activity_at,
                sum(answers) as answers, sum(answer_micros) as answer_micros
              from (%s) talks_and_answers
              group by tenant_id, seller_id
            )""".formatted(Exact.micros("newest_at - first_today_at"), source);
    }

    private static String leadFigures(Words words) {
        return """
            lead_figures as (
              select tenant_id, seller_id, count(*) as assigned, count(*) filter (where won) as converted,
                count(*) filter (where lead_source = 'PROSPECTING') as prospects,
                count(*) filter (where lead_source = 'PROSPECTING' and won) as prospects_converted
              from (
                select l.tenant_id, l.assigned_seller_id as seller_id, l.lead_source, %s = 'won' as won
                from leads l
                where l.created_at >= :windowStart and l.created_at <= :now and l.assigned_seller_id is not null
              ) counted
              group by tenant_id, seller_id
            )""".formatted(words.statusGroup("l"));
    }

    private static String rows() {
        return """
            select coalesce(jsonb_agg(jsonb_build_object(
                'seller_id', s.seller_id,
                'tenant_id', s.tenant_id,
                'total_conversations', coalesce(c.total_conversations, 0),
                'active_conversations', coalesce(c.active_conversations, 0),
                'conversations_assigned_today', coalesce(c.assigned_today, 0),
                'total_messages_sent', coalesce(c.sent, 0),
                'total_messages_received', coalesce(c.received, 0),
                'avg_response_time_seconds', %s,
                'leads_assigned', coalesce(l.assigned, 0),
                'leads_converted', coalesce(l.converted, 0),
                'conversion_rate', %s,
                'prospects_generated', coalesce(l.prospects, 0),
                'prospects_converted', coalesce(l.prospects_converted, 0),
                'total_chat_minutes', coalesce(%s, 0),
                'avg_session_duration_minutes', %s,
                'last_activity_at', %s,
                'metrics_calculated_at', %s,
                'metrics_period_start', %s,
                'metrics_period_end', %s)), '[]')::text as rows
            from sellers s
            join tenant_days d on d.tenant_id = s.tenant_id
            left join talk_figures c on c.tenant_id = s.tenant_id and c.seller_id = s.seller_id
            left join lead_figures l on l.tenant_id = s.tenant_id and l.seller_id = s.seller_id""".formatted(
                        Exact.quotient("c.answer_micros", "c.answers * 1000000"),
                        Exact.percentage("l.converted", "l.assigned"),
                        Exact.quotient("c.chat_micros", "60000000"),
                        Exact.quotient("c.chat_micros", "c.sessions * 60000000"),
                        Exact.json("c.last_activity_at"),
                        Exact.json(":now::timestamptz"),
                        Exact.json("d.day_start"),
                        Exact.json(":now::timestamptz"));
    }
}
