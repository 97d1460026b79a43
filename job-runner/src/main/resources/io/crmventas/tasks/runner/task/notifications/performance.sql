-- Returns the sellers whose figures of the local day pass a threshold, and the users to notify. Thresholds have the column's
-- unit: seconds, per cent, conversations. afternoons holds the tenants whose local time is past performanceFrom.
-- "offset 0" keeps PostgreSQL from joining all notifications: it asks the primary key for each candidate.
\set now now()
\set type '''metric_alert'''
\set calculatedSince '(now() - interval ''2 hours'')'
\set responseTimeAlert 1800
\set responseTimeCritical 3600
\set conversionRateBelow 10
\set minLeads 5
\set activeBelow 3
\set afternoons '(select array_agg(id) from tenants)'
\set tenantIds '(select array_agg(id order by id) from tenants)'
\set days '(select array_agg(to_char(now() at time zone timezone, ''YYYYMMDD'') order by id) from tenants)'
\set dayStarts '(select array_agg(date_trunc(''day'', now() at time zone timezone) at time zone timezone order by id) from tenants)'
\set dayEnds '(select array_agg((date_trunc(''day'', now() at time zone timezone) + interval ''1 day'') at time zone timezone order by id) from tenants)'
with
-- in a CRM without it: notification_settings (user_id, mute_until, muted_types) as (select null::text, null::timestamptz, null::jsonb where false),
tenant_days (tenant_id, day, day_start, day_end) as (
  select * from unnest(:tenantIds::int[], :days::text[], :dayStarts::timestamptz[], :dayEnds::timestamptz[])
),
sellers (seller_id, tenant_id, role) as (
  select u.id, u.tenant_id, u.role from users u
  where u.status = 'active' and u.role in ('setter', 'closer', 'professional', 'ceo')
),
recipients (seller_id, tenant_id, role) as materialized (
  select u.id, u.tenant_id, u.role from users u
  where u.status = 'active' and u.role in ('setter', 'closer', 'professional', 'ceo')
    and not exists (
      select from notification_settings n
      where n.user_id::text = u.id::text and (n.mute_until > :now::timestamptz
        or jsonb_typeof(n.muted_types::jsonb) = 'array' and n.muted_types::jsonb @> to_jsonb(:type::text)))
),
alerts as (
  select s.seller_id, s.tenant_id, d.day, kind.kind, kind.priority, kind.value, kind.threshold
  from tenant_days d
  join sellers s on s.tenant_id = d.tenant_id
  join seller_metrics m on m.seller_id = s.seller_id and m.tenant_id = s.tenant_id
    and m.metrics_period_start = d.day_start
  cross join lateral (values
    ('response_time', 'medium', m.avg_response_time_seconds::numeric, :responseTimeAlert::numeric,
      m.avg_response_time_seconds > :responseTimeAlert::numeric),
    ('conversion_rate', 'medium', m.conversion_rate, :conversionRateBelow::numeric,
      m.conversion_rate < :conversionRateBelow::numeric and m.leads_assigned >= :minLeads::int),
    ('active_conversations', 'medium', m.active_conversations, :activeBelow::numeric,
      m.active_conversations < :activeBelow::numeric and s.role <> 'ceo'
        and d.tenant_id = any (:afternoons::int[])),
    ('response_time_critical', 'critical', m.avg_response_time_seconds, :responseTimeCritical::numeric,
      m.avg_response_time_seconds > :responseTimeCritical::numeric)
  ) kind (kind, priority, value, threshold, applies)
  where kind.applies and m.metrics_calculated_at between :calculatedSince::timestamptz and :now::timestamptz
),
wanted as (
  select a.*, r.seller_id as recipient_id
  from alerts a
  join recipients r on r.seller_id = a.seller_id
  where a.priority = 'medium'
  union all
  select a.*, r.seller_id
  from alerts a
  join recipients r on r.role = 'ceo' and r.tenant_id = a.tenant_id
  where a.priority = 'critical'
)
select named.id, w.tenant_id::int, w.recipient_id, w.priority, 0::bigint as cut, w.kind, w.value, w.threshold,
  case w.priority when 'critical' then w.seller_id end as sender_id,
  jsonb_build_object('kind', w.kind, 'seller_id', w.seller_id, 'value', w.value, 'threshold', w.threshold)::text as metadata,
  nullif(btrim(concat_ws(' ', u.first_name, u.last_name)), '') as seller_name
from wanted w
cross join lateral (
  select 'performance:' || w.seller_id || ':' || w.day || ':' || w.kind || ':' || w.recipient_id as id
) named
join users u on u.id = w.seller_id
where not exists (select from notifications n where n.id = named.id offset 0)
