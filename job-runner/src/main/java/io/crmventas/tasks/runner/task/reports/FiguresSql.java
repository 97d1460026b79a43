package io.crmventas.tasks.runner.task.reports;

import io.crmventas.tasks.runner.task.Answers;
import io.crmventas.tasks.runner.task.Exact;
import io.crmventas.tasks.runner.task.TenantDays;
import io.crmventas.tasks.runner.task.Words;

/** The figures of many days of many tenants, in one statement. */
final class FiguresSql {
    /** The span (:from, :until) of all days keeps the join with them small. */
    private static final String TALKS = """
            talks as materialized (
              select row_number() over () as talk, said.*, s.seller_id
              from (
                select d.tenant_id, d.day, d.day_start, d.day_end, m.from_number,
                  count(*) filter (where m.role = 'user') as received,
                  count(*) filter (where m.role = 'assistant') as sent
                from chat_messages m
                join tenant_days d on d.tenant_id = m.tenant_id
                  and m.created_at >= d.day_start and m.created_at < d.day_end
                where %s and m.created_at >= :from and m.created_at < :until
                group by d.tenant_id, d.day, d.day_start, d.day_end, m.from_number
              ) said
              left join conversation_sellers s on s.tenant_id = said.tenant_id and s.from_number = said.from_number
            )""".formatted(Words.MESSAGE);

    private static final String TALK_FIGURES = """
            talks_and_answers as materialized (
              select tenant_id, day, seller_id, 1 as talks, received, sent, 0 as answers, 0 as micros from talks
              union all
              select tenant_id, day, seller_id, 0, 0, 0, 1, micros from answers
            ), tenant_talks as (
              select tenant_id, day, sum(talks) as conversations,
                coalesce(sum(talks) filter (where seller_id is null), 0) as unassigned,
                sum(received) as received, sum(sent) as sent, sum(answers) as answers, sum(micros) as micros
              from talks_and_answers group by tenant_id, day
            ), seller_talks as (
              select tenant_id, day, seller_id, sum(talks) as conversations, sum(sent) as sent,
                sum(answers) as answers, sum(micros) as micros
              from talks_and_answers where seller_id is not null group by tenant_id, day, seller_id
            )""";

    /** Task 1's condition with Task 1's defaults. */
    private static final String UNANSWERED = """
            waiting as (
              select c.tenant_id, count(*) as conversations
              from (
                select distinct m.tenant_id, m.from_number from chat_messages m
                where m.tenant_id in (select tenant_id from tenant_days) and %s
                  and m.created_at >= :now - interval '24 hours'
              ) c
              join conversation_sellers s on s.tenant_id = c.tenant_id and s.from_number = c.from_number
              cross join lateral %s first
              where first.created_at < :now - interval '1 hour'
              group by c.tenant_id
            )""".formatted(Words.MESSAGE, Words.unansweredStreak("c"));

    private static final String THIRTY_DAYS = "interval '720 hours'";

    private FiguresSql() {}

    /** Rows {@code (tenant_id, day, best_seller, figures, screen)}, one for each of {@code tenant_days}. */
    static String figures(Words words) {
        return "with "
                + String.join(
                        ", ",
                        TenantDays.CTE,
                        Words.SELLERS,
                        words.finalStatuses(),
                        Words.CONVERSATION_SELLERS,
                        TALKS,
                        Answers.given("t.day_end - " + THIRTY_DAYS),
                        TALK_FIGURES,
                        leads(words),
                        UNANSWERED,
                        team())
                + " " + rows();
    }

    /** A lead without {@code created_at} is in no day's new leads; it can be won all the same. */
    private static String leads(Words words) {
        return """
            grouped_leads as materialized (
              select l.tenant_id, l.assigned_seller_id as seller_id, l.created_at,
                coalesce(l.converted_at, l.status_changed_at, l.updated_at) as decided_at,
                coalesce(nullif(l.conversion_value, 0), l.estimated_value, 0) as value, %s as status_group
              from leads l
              where l.tenant_id in (select tenant_id from tenant_days) and (l.created_at is null or l.created_at <= :now)
            ), created_figures as (
              select d.tenant_id, d.day, count(*) as new_leads
              from tenant_days d join grouped_leads l on l.tenant_id = d.tenant_id
                and l.created_at >= d.day_start and l.created_at < d.day_end
              group by d.tenant_id, d.day
            ), decided_figures as (
              select d.tenant_id, d.day, count(*) filter (where l.status_group = 'won') as won,
                count(*) filter (where l.status_group = 'lost') as lost,
                sum(l.value) filter (where l.status_group = 'won') as won_value
              from tenant_days d join grouped_leads l on l.tenant_id = d.tenant_id
                and l.decided_at >= d.day_start and l.decided_at < d.day_end
              group by d.tenant_id, d.day
            ), seller_leads as (
              select d.tenant_id, d.day, l.seller_id, count(*) as assigned,
                count(*) filter (where l.status_group = 'won') as converted
              from tenant_days d join grouped_leads l on l.tenant_id = d.tenant_id
                and l.created_at >= d.day_end - %s and l.created_at < d.day_end
              where l.seller_id is not null
              group by d.tenant_id, d.day, l.seller_id
            )""".formatted(words.statusGroup("l"), THIRTY_DAYS);
    }

    private static String team() {
        return """
            members as (
              select d.tenant_id, d.day, s.seller_id, coalesce(c.conversations, 0) as conversations,
                coalesce(c.sent, 0) as messages_sent, %s as avg_response_time_seconds,
                coalesce(l.assigned, 0) as leads_assigned, coalesce(l.converted, 0) as leads_converted,
                %s as conversion_rate
              from tenant_days d
              join sellers s on s.tenant_id = d.tenant_id
              left join seller_talks c on c.tenant_id = d.tenant_id and c.day = d.day and c.seller_id = s.seller_id
              left join seller_leads l on l.tenant_id = d.tenant_id and l.day = d.day and l.seller_id = s.seller_id
            ), ranked as (
              select m.*, row_number() over (partition by m.tenant_id, m.day order by m.leads_converted desc,
                m.conversion_rate desc nulls last, m.messages_sent desc, m.seller_id::text collate "C") as place
              from members m
            ), named as (
              select r.*, r.leads_converted > 0 and r.place <= 3 as top,
                coalesce(nullif(trim(concat_ws(' ', u.first_name, u.last_name)), ''), u.email) as name
              from ranked r join users u on u.id = r.seller_id
            ), teams as (
              select tenant_id, day,
                jsonb_agg(jsonb_build_object('seller_id', seller_id, 'conversations', conversations, 'messages_sent',
                    messages_sent, 'avg_response_time_seconds', avg_response_time_seconds, 'leads_assigned',
                    leads_assigned, 'leads_converted', leads_converted, 'conversion_rate', conversion_rate)
                  order by seller_id::text collate "C") as team,
                count(*) filter (where conversations > 0) as active,
                max(seller_id::text) filter (where top and place = 1) as best_seller_id,
                max(name) filter (where top and place = 1) as best_seller,
                jsonb_agg(jsonb_build_object('seller_id', seller_id, 'name', name, 'leads_converted', leads_converted,
                    'conversion_rate', conversion_rate, 'messages_sent', messages_sent)
                  order by place) filter (where top) as top
              from named group by tenant_id, day
            )""".formatted(
                Exact.quotient("c.micros", "c.answers * 1000000"), Exact.percentage("l.converted", "l.assigned"));
    }

    private static String rows() {
        return """
            select d.tenant_id, d.day, t.best_seller, jsonb_build_object(
                'kind', 'daily_report',
                'date', to_char(to_date(d.day, 'YYYYMMDD'), 'YYYY-MM-DD'),
                'new_leads', coalesce(n.new_leads, 0),
                'won', coalesce(w.won, 0),
                'lost', coalesce(w.lost, 0),
                'won_value', coalesce(w.won_value, 0),
                'messages_in', coalesce(c.received, 0),
                'messages_out', coalesce(c.sent, 0),
                'active_conversations', coalesce(c.conversations, 0),
                'unanswered_now', coalesce(u.conversations, 0),
                'avg_response_time_seconds', %s,
                'team', coalesce(t.team, '[]'),
                'best_seller_id', t.best_seller_id)::text as figures,
              jsonb_build_object(
                'total_conversations_today', coalesce(c.conversations, 0),
                'unassigned_conversations_today', coalesce(c.unassigned, 0),
                'active_sellers_today', coalesce(t.active, 0),
                'conversions_today', coalesce(w.won, 0),
                'top_performers', coalesce(t.top, '[]'),
                'calculated_at', %s)::text as screen
            from tenant_days d
            left join created_figures n on n.tenant_id = d.tenant_id and n.day = d.day
            left join decided_figures w on w.tenant_id = d.tenant_id and w.day = d.day
            left join tenant_talks c on c.tenant_id = d.tenant_id and c.day = d.day
            left join teams t on t.tenant_id = d.tenant_id and t.day = d.day
            left join waiting u on u.tenant_id = d.tenant_id
            order by d.tenant_id, d.day desc""".formatted(Exact.quotient("c.micros", "c.answers * 1000000"), Exact.naiveJson(":now::timestamptz"));
    }
}
