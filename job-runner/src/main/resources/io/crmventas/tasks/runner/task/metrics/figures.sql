-- Returns the figures of every seller of the run's tenants, as one JSON array with an object for each seller, and the number
-- of sellers.
--
-- conversation_rows hops along the CRM's index from conversation to conversation and reads the newest row of each;
-- where chat_messages has an index on (tenant_id, created_at), active reads the recent rows by that index instead.
-- activeSince is the start of the window. The rest is read by index, one conversation at a time.
-- The assigned seller stands in the newest row that names one, of any age. A look asks for its time first, which the index
-- orders, and then for its id.
-- assigned_today reads rows of any age. Without an index on (tenant_id, assigned_at) it reads all messages.
-- No local day lasts 48 hours. By that bound PostgreSQL drops older assignments before it joins the tenants.
-- "now" can lie after the end of its day: where clocks go back over midnight, they show the end of a day twice.
-- An answer's time runs from the first message of the customer before it. Nothing before the last answer of the earlier
-- days can matter, so the statement reads from there.
-- Quotients are whole numbers, rounded half up. div truncates exactly, and / would round twice.
\set now now()
\set messagesByTime false
\set activeSince '(now() - interval ''30 days'')'
\set dayAgo '(now() - interval ''24 hours'')'
\set tenantIds '(select array_agg(id order by id) from tenants)'
\set days '(select array_agg(to_char(now() at time zone timezone, ''YYYYMMDD'') order by id) from tenants)'
\set dayStarts '(select array_agg(date_trunc(''day'', now() at time zone timezone) at time zone timezone order by id) from tenants)'
\set dayEnds '(select array_agg((date_trunc(''day'', now() at time zone timezone) + interval ''1 day'') at time zone timezone order by id) from tenants)'
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
assigned_today (tenant_id, from_number) as materialized (
  select m.tenant_id, m.from_number
  from tenant_days d
  join chat_messages m on m.tenant_id = d.tenant_id and m.assigned_at >= d.day_start
  where m.assigned_at >= :now::timestamptz - interval '48 hours' and m.assigned_at <= :now::timestamptz
    and m.created_at <= :now::timestamptz
  group by m.tenant_id, m.from_number, d.day_end
  having max(m.assigned_at) < d.day_end
),
listed (tenant_id, from_number, assigned_today) as (
  select a.tenant_id, a.from_number, bool_or(a.assigned_today)
  from (
    select tenant_id, from_number, false as assigned_today from active
    union all
    select tenant_id, from_number, true from assigned_today
  ) a
  group by a.tenant_id, a.from_number
),
assigned as materialized (
  select c.tenant_id, c.from_number, c.assigned_today, (
    select m.created_at from chat_messages m
    where m.tenant_id = c.tenant_id and m.from_number = c.from_number
      and m.role in ('user', 'assistant') and m.created_at between :activeSince::timestamptz and :now::timestamptz
    order by m.created_at desc limit 1) as newest_at, (
    select m.assigned_seller_id from chat_messages m
    where m.tenant_id = c.tenant_id and m.from_number = c.from_number and m.assigned_seller_id is not null
      and m.created_at = (
        select s.created_at from chat_messages s
        where s.tenant_id = c.tenant_id and s.from_number = c.from_number
          and s.assigned_seller_id is not null and s.created_at <= :now::timestamptz
        order by s.created_at desc limit 1)
    order by m.id desc limit 1) as seller_id
  from listed c
),
conversations as materialized (
  select row_number() over () as conversation, a.*, d.day_start, d.day_end
  from assigned a
  join sellers s on s.seller_id = a.seller_id and s.tenant_id = a.tenant_id
  join tenant_days d on d.tenant_id = a.tenant_id
),
counted as materialized (
  select c.*, today.newest_at - today.first_at as chat_time, today.sent, today.received, (
    select m.created_at from chat_messages m
    where m.tenant_id = c.tenant_id and m.from_number = c.from_number
      and m.role = 'assistant' and m.created_at between :activeSince::timestamptz and c.newest_at
    order by m.created_at desc limit 1) as newest_sent_at
  from conversations c
  cross join lateral (
    select min(m.created_at) as first_at, max(m.created_at) as newest_at,
      count(*) filter (where m.role = 'assistant') as sent, count(*) filter (where m.role = 'user') as received
    from chat_messages m
    where m.tenant_id = c.tenant_id and m.from_number = c.from_number
      and m.role in ('user', 'assistant') and c.newest_at >= c.day_start
      and m.created_at between c.day_start and c.newest_at and m.created_at < c.day_end
  ) today
),
answered as materialized (
  select c.*,
    coalesce((
      select m.created_at from chat_messages m
      where m.tenant_id = c.tenant_id and m.from_number = c.from_number and m.role = 'assistant'
        and m.created_at >= :activeSince::timestamptz and m.created_at < c.day_start
      order by m.created_at desc limit 1
    ), :activeSince::timestamptz) as read_from
  from counted c
  where c.sent > 0
),
messages as (
  select a.conversation, a.seller_id, a.day_start, m.role, m.created_at, m.id,
    lag(m.role) over (partition by a.conversation order by m.created_at, m.id) as previous_role
  from answered a
  join chat_messages m on m.tenant_id = a.tenant_id and m.from_number = a.from_number
    and m.created_at >= a.read_from and m.created_at < a.day_end
  where m.role in ('user', 'assistant') and m.created_at <= :now::timestamptz
),
waits as (
  select *, max(created_at) filter (where role = 'user' and previous_role is distinct from 'user')
      over (partition by conversation order by created_at, id) as waiting_since
  from messages
),
answers as (
  select seller_id, count(*) as answers,
    sum(extract(epoch from date_trunc('second', created_at - waiting_since))::bigint * 1000000
      + extract(microseconds from created_at - waiting_since)::bigint % 1000000) as micros
  from waits
  where role = 'assistant' and previous_role = 'user' and created_at >= day_start
  group by seller_id
),
conversation_figures as (
  select seller_id,
    count(*) filter (where newest_at is not null) as total_conversations,
    count(*) filter (where newest_at >= :dayAgo::timestamptz) as active_conversations,
    count(*) filter (where assigned_today) as assigned_today,
    sum(sent) as sent, sum(received) as received,
    sum(extract(epoch from date_trunc('second', chat_time))::bigint * 1000000
      + extract(microseconds from chat_time)::bigint % 1000000) as chat_micros,
    count(*) filter (where sent + received > 1) as sessions,
    max(newest_sent_at) as last_activity_at
  from counted
  group by seller_id
),
lead_figures as (
  select tenant_id, seller_id, count(*) as assigned, count(*) filter (where won) as converted,
    count(*) filter (where lead_source = 'PROSPECTING') as prospects,
    count(*) filter (where lead_source = 'PROSPECTING' and won) as prospects_converted
  from (
    select l.tenant_id, l.assigned_seller_id as seller_id, l.lead_source::text as lead_source,
      lower(l.status::text collate pg_catalog."und-x-icu") collate "C"
        in ('closed_won', 'cerrado_ganado', 'converted', 'client', 'won') as won
    from leads l
    where l.created_at between :activeSince::timestamptz and :now::timestamptz
  ) counted
  group by tenant_id, seller_id
)
select coalesce(jsonb_agg(jsonb_build_object(
    'seller_id', s.seller_id,
    'tenant_id', s.tenant_id,
    'total_conversations', coalesce(c.total_conversations, 0),
    'active_conversations', coalesce(c.active_conversations, 0),
    'conversations_assigned_today', coalesce(c.assigned_today, 0),
    'total_messages_sent', coalesce(c.sent, 0),
    'total_messages_received', coalesce(c.received, 0),
    'avg_response_time_seconds', div(2 * a.micros + a.answers * 1000000, a.answers * 2000000),
    'leads_assigned', coalesce(l.assigned, 0),
    'leads_converted', coalesce(l.converted, 0),
    'conversion_rate', div(20000 * l.converted::numeric + l.assigned, 2 * l.assigned) * 0.01,
    'prospects_generated', coalesce(l.prospects, 0),
    'prospects_converted', coalesce(l.prospects_converted, 0),
    'total_chat_minutes', coalesce(div(2 * c.chat_micros + 60000000, 120000000), 0),
    'avg_session_duration_minutes',
      div(2 * c.chat_micros + c.sessions * 60000000, nullif(c.sessions * 120000000, 0)),
    'last_activity_at', to_char(c.last_activity_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'),
    'metrics_calculated_at', to_char(:now::timestamptz at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'),
    'metrics_period_start', to_char(d.day_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'),
    'metrics_period_end', to_char(:now::timestamptz at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')
  )), '[]')::text as rows,
  count(*) as sellers
from sellers s
join tenant_days d on d.tenant_id = s.tenant_id
left join conversation_figures c on c.seller_id = s.seller_id
left join answers a on a.seller_id = s.seller_id
left join lead_figures l on l.tenant_id = s.tenant_id and l.seller_id = s.seller_id
