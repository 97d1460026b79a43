-- Returns the missing reports: of each given day of a tenant, for each active CEO who did not mute reports.
\set now now()
\set type '''metric_alert'''
\set tenantIds '(select array_agg(id order by id) from tenants)'
\set days '(select array_agg(to_char(now() at time zone timezone - interval ''1 day'', ''YYYYMMDD'') order by id) from tenants)'
with
-- in a CRM without it: notification_settings (user_id, mute_until, muted_types) as (select null::text, null::timestamptz, null::jsonb where false),
tenant_dates (tenant_id, day) as (
  select * from unnest(:tenantIds::int[], :days::text[])
),
recipients (seller_id, tenant_id, role) as materialized (
  select u.id, u.tenant_id, u.role from users u
  where u.status = 'active' and u.role in ('setter', 'closer', 'professional', 'ceo')
    and not exists (
      select from notification_settings n
      where n.user_id::text = u.id::text and (n.mute_until > :now::timestamptz
        or jsonb_typeof(n.muted_types::jsonb) = 'array' and n.muted_types::jsonb @> to_jsonb(:type::text)))
)
select named.id, d.tenant_id, d.day, r.seller_id as recipient_id
from tenant_dates d
join recipients r on r.role = 'ceo' and r.tenant_id = d.tenant_id
cross join lateral (
  select 'daily_report_' || d.tenant_id || '_' || d.day || '_' || r.seller_id as id
) named
where not exists (select from notifications n where n.id = named.id)
