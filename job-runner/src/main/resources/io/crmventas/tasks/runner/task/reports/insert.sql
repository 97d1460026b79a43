-- Adds the reports that are not there, one for each active CEO who did not mute reports, and returns their days.
-- Several reports of one run differ in created_at by a microsecond a day, so that lists are ordered: newest day newest.
\set now now()
\set type '''metric_alert'''
\set reports '''[]'''
with
sellers (seller_id, tenant_id, role) as (
  select u.id, u.tenant_id, u.role from users u
  where u.status = 'active' and u.role in ('setter', 'closer', 'professional', 'ceo') and u.tenant_id is not null
),
muted (user_id) as (
  select s.user_id::text from notification_settings s
  where s.mute_until > :now::timestamptz
    or jsonb_typeof(s.muted_types::jsonb) = 'array' and s.muted_types::jsonb @> to_jsonb(:type::text)
),
recipients (seller_id, tenant_id, role) as materialized (
  select s.seller_id, s.tenant_id, s.role from sellers s
  where not exists (select from muted m where m.user_id = s.seller_id::text)
)
insert into notifications (id, tenant_id, type, title, message, priority, recipient_id, sender_id,
  related_entity_type, related_entity_id, metadata, read, created_at, expires_at)
select 'daily_report_' || d.tenant_id || '_' || d.day || '_' || r.seller_id, d.tenant_id, :type::text, d.title, d.message,
  'medium', r.seller_id, null, null, null, d.metadata, false, :now::timestamptz - d.days_before_newest * interval '1 microsecond',
  :now::timestamptz + interval '168 hours'
from (
  select p.*, dense_rank() over (partition by p.tenant_id order by p.day desc) - 1 as days_before_newest
  from jsonb_to_recordset(:reports::jsonb) as p (tenant_id int, day text, title text, message text, metadata jsonb)
) d
join recipients r on r.role = 'ceo' and r.tenant_id = d.tenant_id
order by 1
on conflict do nothing
returning tenant_id, replace(metadata ->> 'date', '-', '') as day
