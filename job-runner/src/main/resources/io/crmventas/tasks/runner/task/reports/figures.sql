-- Returns the figures of a daily report and the keys that the CRM's screen reads, for the given days of the tenants.
-- It looks for an answer in the 30 days before the end of its day. unanswered_now is the condition of task
-- notification-checks with its defaults: a conversation with an assigned seller whose unanswered messages began more
-- than an hour ago, the newest within 24 hours.
-- Within a conversation each look asks for a time first and for an id among the rows of that time second: the index
-- gives the rows in the order of time, and "order by created_at, id" would sort the whole conversation.
-- Quotients are whole numbers, rounded half up. div truncates exactly, and / would round twice.
\set now now()
\set messagesByTime false
\set activeSince '(now() - interval ''24 hours'')'
\set unansweredBefore '(now() - interval ''1 hour'')'
\set tenantIds '(select array_agg(id order by id) from tenants)'
\set days '(select array_agg(to_char(now() at time zone timezone - interval ''1 day'', ''YYYYMMDD'') order by id) from tenants)'
\set dayStarts '(select array_agg((date_trunc(''day'', now() at time zone timezone) - interval ''1 day'') at time zone timezone order by id) from tenants)'
\set dayEnds '(select array_agg(date_trunc(''day'', now() at time zone timezone) at time zone timezone order by id) from tenants)'
with recursive
tenant_days (tenant_id, day, day_start, day_end) as (
  select * from unnest(:tenantIds::int[], :days::text[], :dayStarts::timestamptz[], :dayEnds::timestamptz[])
),
sellers (seller_id, tenant_id, role) as (
  select u.id, u.tenant_id, u.role from users u
  where u.status = 'active' and u.role in ('setter', 'closer', 'professional', 'ceo')
),
run_tenants (tenant_id) as (
  select distinct unnest(:tenantIds::int[])
),
conversation_rows (tenant_id, from_number, created_at) as (
  select first.* from run_tenants d
  cross join lateral (
    select m.tenant_id, m.from_number, m.created_at from chat_messages m
    where m.tenant_id = d.tenant_id order by m.from_number, m.created_at desc limit 1
  ) first
  where not :messagesByTime::boolean
  union all
  select next.* from conversation_rows c
  cross join lateral (
    select m.tenant_id, m.from_number, m.created_at from chat_messages m
    where m.tenant_id = c.tenant_id and m.from_number > c.from_number
    order by m.from_number, m.created_at desc limit 1
  ) next
),
active (tenant_id, from_number) as materialized (
  select c.tenant_id, c.from_number from conversation_rows c
  where c.created_at is null or c.created_at >= :activeSince::timestamptz
  union all
  select distinct m.tenant_id, m.from_number
  from run_tenants d
  join chat_messages m on m.tenant_id = d.tenant_id
  where :messagesByTime::boolean and m.created_at between :activeSince::timestamptz and :now::timestamptz
),
newest (tenant_id, from_number, newest_at) as materialized (
  select a.tenant_id, a.from_number, (
    select m.created_at from chat_messages m
    where m.tenant_id = a.tenant_id and m.from_number = a.from_number
      and m.role in ('user', 'assistant') and m.created_at <= :now::timestamptz
    order by m.created_at desc limit 1)
  from active a
),
streaks (tenant_id, from_number, first_id, first_at, seller_id) as materialized (
  select n.tenant_id, n.from_number, first.id, first.created_at, seller.assigned_seller_id
  from newest n
  left join lateral (
    select m.created_at from chat_messages m
    where m.tenant_id = n.tenant_id and m.from_number = n.from_number
      and m.role = 'assistant' and m.created_at <= :now::timestamptz
    order by m.created_at desc limit 1
  ) answered on true
  left join lateral (
    select max(m.id) as id from chat_messages m
    where m.tenant_id = n.tenant_id and m.from_number = n.from_number
      and m.role = 'assistant' and m.created_at = answered.created_at
  ) answer on true
  cross join lateral (
    select m.id, m.created_at from chat_messages m
    where m.tenant_id = n.tenant_id and m.from_number = n.from_number and m.role = 'user'
      and (answer.id is null or m.created_at > answered.created_at or m.id > answer.id)
      and m.created_at = (
        select f.created_at from chat_messages f
        where f.tenant_id = n.tenant_id and f.from_number = n.from_number
          and f.role = 'user' and f.created_at >= coalesce(answered.created_at, '-infinity')
          and (answer.id is null or f.created_at > answered.created_at or f.id > answer.id)
        order by f.created_at limit 1)
    order by m.id limit 1
  ) first
  cross join lateral (
    select m.assigned_seller_id from chat_messages m
    where m.tenant_id = n.tenant_id and m.from_number = n.from_number and m.assigned_seller_id is not null
      and m.created_at = (
        select s.created_at from chat_messages s
        where s.tenant_id = n.tenant_id and s.from_number = n.from_number
          and s.assigned_seller_id is not null and s.created_at <= :now::timestamptz
        order by s.created_at desc limit 1)
    order by m.id desc limit 1
  ) seller
  where n.newest_at >= :activeSince::timestamptz and first.created_at < :unansweredBefore::timestamptz
),
waiting as (
  select s.tenant_id, count(*) as conversations from streaks s group by s.tenant_id
),
spoken as materialized (
  select d.tenant_id, d.day, d.day_start, d.day_end, m.from_number,
    count(*) filter (where m.role = 'user') as received,
    count(*) filter (where m.role = 'assistant') as sent
  from tenant_days d
  join chat_messages m on m.tenant_id = d.tenant_id and m.created_at >= d.day_start and m.created_at < d.day_end
  where m.role in ('user', 'assistant') and m.created_at <= :now::timestamptz
    and m.created_at >= (select min(earliest.day_start) from tenant_days earliest)
  group by d.tenant_id, d.day, d.day_start, d.day_end, m.from_number
),
conversations as materialized (
  select row_number() over () as conversation, c.*, (
    select m.assigned_seller_id from chat_messages m
    where m.tenant_id = c.tenant_id and m.from_number = c.from_number and m.assigned_seller_id is not null
      and m.created_at = (
        select s.created_at from chat_messages s
        where s.tenant_id = c.tenant_id and s.from_number = c.from_number
          and s.assigned_seller_id is not null and s.created_at <= :now::timestamptz
        order by s.created_at desc limit 1)
    order by m.id desc limit 1) as seller_id
  from spoken c
),
answered as materialized (
  select c.*,
    coalesce((
      select m.created_at from chat_messages m
      where m.tenant_id = c.tenant_id and m.from_number = c.from_number and m.role = 'assistant'
        and m.created_at >= c.day_end - interval '720 hours' and m.created_at < c.day_start
      order by m.created_at desc limit 1
    ), c.day_end - interval '720 hours') as read_from
  from conversations c
  where c.sent > 0
),
messages as (
  select a.conversation, a.day_start, m.role, m.created_at, m.id,
    lag(m.role) over (partition by a.conversation order by m.created_at, m.id) as previous_role
  from answered a
  join chat_messages m on m.tenant_id = a.tenant_id and m.from_number = a.from_number
    and m.created_at >= a.read_from and m.created_at < a.day_end
  where m.role in ('user', 'assistant')
),
waits as (
  select *, max(created_at) filter (where role = 'user' and previous_role is distinct from 'user')
      over (partition by conversation order by created_at, id) as waiting_since
  from messages
),
answers as (
  select conversation, count(*) as answers,
    sum(extract(epoch from date_trunc('second', created_at - waiting_since))::bigint * 1000000
      + extract(microseconds from created_at - waiting_since)::bigint % 1000000) as micros
  from waits
  where role = 'assistant' and previous_role = 'user' and created_at >= day_start
  group by conversation
),
conversation_figures as (
  select c.tenant_id, c.day, c.seller_id, grouping(c.seller_id) as whole_tenant, count(*) as conversations,
    count(*) filter (where c.seller_id is null) as unassigned, sum(c.received) as received, sum(c.sent) as sent,
    sum(a.answers) as answers, sum(a.micros) as micros
  from conversations c left join answers a on a.conversation = c.conversation
  group by c.tenant_id, c.day, rollup (c.seller_id)
),
lead_results as materialized (
  select l.tenant_id, l.assigned_seller_id as seller_id, l.created_at,
    coalesce(l.converted_at, l.status_changed_at, l.updated_at) as decided_at,
    -- NaN and Infinity are no values.
    coalesce(nullif(case when l.conversion_value::text !~* 'n' then l.conversion_value::numeric end, 0),
      case when l.estimated_value::text !~* 'n' then l.estimated_value::numeric end, 0) as value,
    lowered.status in ('closed_won', 'cerrado_ganado', 'converted', 'client', 'won') as won,
    lowered.status in ('closed_lost', 'cerrado_perdido', 'discarded', 'descartado', 'lost') as lost
  from leads l
  cross join lateral (select lower(l.status::text collate pg_catalog."und-x-icu") collate "C" as status) lowered
  where l.tenant_id in (select t.tenant_id from run_tenants t)
    and (l.created_at is null or l.created_at <= :now::timestamptz)
),
created_figures as (
  select d.tenant_id, d.day, count(*) as new_leads
  from tenant_days d join lead_results l on l.tenant_id = d.tenant_id
    and l.created_at >= d.day_start and l.created_at < d.day_end
  group by d.tenant_id, d.day
),
decided_figures as (
  select d.tenant_id, d.day, count(*) filter (where l.won) as won,
    count(*) filter (where l.lost) as lost,
    sum(l.value) filter (where l.won) as won_value
  from tenant_days d join lead_results l on l.tenant_id = d.tenant_id
    and l.decided_at >= d.day_start and l.decided_at < d.day_end
  group by d.tenant_id, d.day
),
seller_leads as (
  select d.tenant_id, d.day, l.seller_id, count(*) as assigned,
    count(*) filter (where l.won) as converted
  from tenant_days d join lead_results l on l.tenant_id = d.tenant_id
    and l.created_at >= d.day_end - interval '720 hours' and l.created_at < d.day_end
  group by d.tenant_id, d.day, l.seller_id
),
members as (
  select d.tenant_id, d.day, s.seller_id, coalesce(c.conversations, 0) as conversations,
    coalesce(c.sent, 0) as messages_sent,
    div(2 * c.micros + c.answers * 1000000, c.answers * 2000000) as avg_response_time_seconds,
    coalesce(l.assigned, 0) as leads_assigned, coalesce(l.converted, 0) as leads_converted,
    trim_scale(div(20000 * l.converted::numeric + l.assigned, 2 * l.assigned) * 0.01) as conversion_rate
  from tenant_days d join sellers s on s.tenant_id = d.tenant_id
  left join conversation_figures c on c.tenant_id = d.tenant_id and c.day = d.day and c.seller_id = s.seller_id
  left join seller_leads l on l.tenant_id = d.tenant_id and l.day = d.day and l.seller_id = s.seller_id
),
ranked as (
  select m.*, coalesce(nullif(trim(concat_ws(' ', u.first_name, u.last_name)), ''), u.email) as name,
    row_number() over (partition by m.tenant_id, m.day order by m.leads_converted desc,
      m.conversion_rate desc, m.messages_sent desc, m.seller_id::text collate "C") as place
  from members m join users u on u.id = m.seller_id
),
teams as (
  select tenant_id, day,
    jsonb_agg(jsonb_build_object('seller_id', seller_id, 'conversations', conversations, 'messages_sent',
        messages_sent, 'avg_response_time_seconds', avg_response_time_seconds, 'leads_assigned',
        leads_assigned, 'leads_converted', leads_converted, 'conversion_rate', conversion_rate)
      order by seller_id::text collate "C") as team,
    count(*) filter (where conversations > 0) as active,
    jsonb_agg(jsonb_build_object('seller_id', seller_id, 'name', name, 'leads_converted', leads_converted,
        'conversion_rate', conversion_rate, 'messages_sent', messages_sent)
      order by place) filter (where place <= 3 and leads_converted > 0) as top
  from ranked group by tenant_id, day
)
select d.tenant_id, d.day, row_number() over (partition by d.tenant_id order by d.day desc) - 1 as newer_days,
  t.top -> 0 ->> 'name' as best_seller, report.figures::text as figures,
  'daily:summary:tenant:' || d.tenant_id || ':' || (report.figures ->> 'date') as key,
  (report.figures || jsonb_build_object(
    'total_conversations_today', coalesce(c.conversations, 0),
    'unassigned_conversations_today', coalesce(c.unassigned, 0),
    'active_sellers_today', coalesce(t.active, 0),
    'conversions_today', coalesce(w.won, 0),
    'top_performers', coalesce(t.top, '[]'),
    'calculated_at', to_char(:now::timestamptz at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')))::text as screen
from tenant_days d
left join created_figures n on n.tenant_id = d.tenant_id and n.day = d.day
left join decided_figures w on w.tenant_id = d.tenant_id and w.day = d.day
left join conversation_figures c on c.tenant_id = d.tenant_id and c.day = d.day and c.whole_tenant = 1
left join teams t on t.tenant_id = d.tenant_id and t.day = d.day
left join waiting u on u.tenant_id = d.tenant_id
cross join lateral (
  select jsonb_build_object(
      'kind', 'daily_report',
      'date', to_char(to_date(d.day, 'YYYYMMDD'), 'YYYY-MM-DD'),
      'new_leads', coalesce(n.new_leads, 0),
      'won', coalesce(w.won, 0),
      'lost', coalesce(w.lost, 0),
      'won_value', trim_scale(coalesce(w.won_value, 0)::numeric),
      'messages_in', coalesce(c.received, 0),
      'messages_out', coalesce(c.sent, 0),
      'active_conversations', coalesce(c.conversations, 0),
      'unanswered_now', coalesce(u.conversations, 0),
      'avg_response_time_seconds', div(2 * c.micros + c.answers * 1000000, c.answers * 2000000),
      'team', coalesce(t.team, '[]'),
      'best_seller_id', t.top -> 0 -> 'seller_id') as figures
) report
order by d.tenant_id, d.day desc
