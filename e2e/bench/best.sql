-- seller_metrics by the shortest possible statement for one database: the rival of metrics-refresh in a benchmark. It uses
-- PostgreSQL's own time zones, has no JSON, and ignores that a seller can be deleted meanwhile.
set jit = off;
set work_mem = '64MB';
\timing on
with days as materialized (
  select t.id as tenant_id, date_trunc('day', now() at time zone zone) at time zone zone as day_start
  from tenants t, lateral (select coalesce((select name from pg_timezone_names where name = t.timezone), 'UTC') as zone) z
), conversations as materialized (
  select m.tenant_id, m.from_number, d.day_start,
    max(m.created_at) filter (where m.assigned_seller_id is not null) as stamped_at,
    max(m.assigned_at) as assigned_at,
    max(m.created_at) filter (where m.role in ('user', 'assistant')) as newest_at,
    max(m.created_at) filter (where m.role = 'assistant') as sent_at,
    min(m.created_at) filter (where m.role in ('user', 'assistant') and m.created_at >= d.day_start) as first_at,
    count(*) filter (where m.role = 'assistant' and m.created_at >= d.day_start) as sent,
    count(*) filter (where m.role = 'user' and m.created_at >= d.day_start) as received
  from chat_messages m join days d using (tenant_id)
  where m.created_at <= now()
  group by m.tenant_id, m.from_number, d.day_start
), talks as materialized (
  select c.*, s.seller_id
  from conversations c, lateral (
    select m.assigned_seller_id as seller_id from chat_messages m
    where m.tenant_id = c.tenant_id and m.from_number = c.from_number and m.created_at = c.stamped_at
      and m.assigned_seller_id is not null
    order by m.id desc limit 1) s
  where c.newest_at >= now() - interval '30 days' or c.assigned_at >= c.day_start
), messages as (
  select t.tenant_id, t.seller_id, t.from_number, t.day_start, m.role, m.created_at, m.id,
    lag(m.role) over w as previous_role
  from talks t join chat_messages m using (tenant_id, from_number)
  where t.sent > 0 and m.role in ('user', 'assistant')
    and m.created_at between now() - interval '30 days' and now()
  window w as (partition by t.tenant_id, t.from_number order by m.created_at, m.id)
), waits as (
  select *, max(created_at) filter (where role = 'user' and previous_role is distinct from 'user')
    over (partition by tenant_id, from_number order by created_at, id) as since
  from messages
), answers as (
  select tenant_id, seller_id, avg(extract(epoch from created_at - since)) as seconds
  from waits where role = 'assistant' and previous_role = 'user' and created_at >= day_start
  group by tenant_id, seller_id
), figures as (
  select tenant_id, seller_id,
    count(*) filter (where newest_at >= now() - interval '30 days') as total,
    count(*) filter (where newest_at >= now() - interval '24 hours') as active,
    count(*) filter (where assigned_at >= day_start) as assigned,
    sum(sent) as sent, sum(received) as received, max(sent_at) as sent_at,
    sum(extract(epoch from newest_at - first_at)) filter (where sent + received > 0) / 60 as minutes,
    count(*) filter (where sent + received > 1) as sessions
  from talks group by tenant_id, seller_id
), lead_figures as (
  select tenant_id, assigned_seller_id as seller_id, count(*) as assigned,
    count(*) filter (where lower(status) in ('closed_won', 'cerrado_ganado', 'converted', 'client', 'won')) as won,
    count(*) filter (where lead_source = 'PROSPECTING') as prospects,
    count(*) filter (where lead_source = 'PROSPECTING'
      and lower(status) in ('closed_won', 'cerrado_ganado', 'converted', 'client', 'won')) as prospects_won
  from leads where created_at between now() - interval '30 days' and now() group by tenant_id, assigned_seller_id
)
insert into seller_metrics as m (seller_id, tenant_id, metrics_period_start, metrics_period_end, metrics_calculated_at,
  total_conversations, active_conversations, conversations_assigned_today, total_messages_sent, total_messages_received,
  avg_response_time_seconds, leads_assigned, leads_converted, conversion_rate, prospects_generated, prospects_converted,
  total_chat_minutes, avg_session_duration_minutes, last_activity_at)
select u.id, u.tenant_id, d.day_start, now(), now(), coalesce(f.total, 0), coalesce(f.active, 0), coalesce(f.assigned, 0),
  coalesce(f.sent, 0), coalesce(f.received, 0), round(a.seconds), coalesce(l.assigned, 0), coalesce(l.won, 0),
  round(100.0 * l.won / nullif(l.assigned, 0), 2), coalesce(l.prospects, 0), coalesce(l.prospects_won, 0),
  round(coalesce(f.minutes, 0)), round(f.minutes / nullif(f.sessions, 0)), f.sent_at
from users u
join days d using (tenant_id)
left join figures f on f.seller_id = u.id and f.tenant_id = u.tenant_id
left join answers a on a.seller_id = u.id and a.tenant_id = u.tenant_id
left join lead_figures l on l.seller_id = u.id and l.tenant_id = u.tenant_id
where u.status = 'active' and u.role in ('setter', 'closer', 'professional', 'ceo')
on conflict (seller_id, tenant_id, metrics_period_start) do update set
  metrics_period_end = excluded.metrics_period_end, metrics_calculated_at = excluded.metrics_calculated_at,
  total_conversations = excluded.total_conversations, active_conversations = excluded.active_conversations,
  conversations_assigned_today = excluded.conversations_assigned_today, total_messages_sent = excluded.total_messages_sent,
  total_messages_received = excluded.total_messages_received, avg_response_time_seconds = excluded.avg_response_time_seconds,
  leads_assigned = excluded.leads_assigned, leads_converted = excluded.leads_converted,
  conversion_rate = excluded.conversion_rate, prospects_generated = excluded.prospects_generated,
  prospects_converted = excluded.prospects_converted, total_chat_minutes = excluded.total_chat_minutes,
  avg_session_duration_minutes = excluded.avg_session_duration_minutes, last_activity_at = excluded.last_activity_at;
