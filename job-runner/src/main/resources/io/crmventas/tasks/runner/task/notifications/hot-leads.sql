-- Returns the new leads whose conversation is busy now, and the users to notify. The score is an exact decimal number.
-- The statement leaves existing notifications out before it ranks the rest, so that a cap never starves the rest.
-- "offset 0" keeps PostgreSQL from joining all notifications: it asks the primary key for each candidate.
\set now now()
\set type '''hot_lead'''
\set createdSince '(now() - interval ''7 days'')'
\set messagesSince '(now() - interval ''24 hours'')'
\set recentSince '(now() - interval ''2 hours'')'
\set minMessages 3
\set minScore 4
\set criticalScore 8
\set cap 20
\set tenantIds '(select array_agg(id order by id) from tenants)'
\set days '(select array_agg(to_char(now() at time zone timezone, ''YYYYMMDD'') order by id) from tenants)'
with
-- in a CRM without it: lead_statuses (tenant_id, code, is_final) as (select null::int, null::text, null::boolean where false),
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
),
final_statuses (tenant_id, code) as (
  select s.tenant_id, lower(s.code::text collate pg_catalog."und-x-icu") collate "C" from lead_statuses s
  where s.is_final
),
young as (
  select l.id as lead_id, l.tenant_id, l.phone_number::text as from_number, l.assigned_seller_id, d.day, l.lead_source::text as lead_source,
    nullif(btrim(concat_ws(' ', l.first_name, l.last_name)), '') as lead_name,
    lower(l.status::text collate pg_catalog."und-x-icu") collate "C" as status
  from leads l
  join tenant_dates d on d.tenant_id = l.tenant_id
  where l.created_at between :createdSince::timestamptz and :now::timestamptz
),
grouped as materialized (
  select y.*,
    case
      when status in ('closed_won', 'cerrado_ganado', 'converted', 'client', 'won') then 'won'
      when status in ('closed_lost', 'cerrado_perdido', 'discarded', 'descartado', 'lost') then 'lost'
      when status in ('deleted', 'blocked', 'archived', 'merged') then 'removed'
      when (tenant_id, status) in (select f.tenant_id, f.code from final_statuses f) then 'final'
      when status in ('new', 'nuevo') then 'new'
      when status in ('contacted', 'contactado', 'derivado', 'follow_up', 'seguimiento_pendiente', 'sin_respuesta')
        then 'contacted'
      when status in ('interested', 'negotiation', 'negociacion', 'qualified', 'calificado', 'llamada_agendada',
        'proposal_sent', 'en_cierre') then 'qualified'
    end as status_group
  from young y
),
scored as materialized (
  select g.*, conversation.messages, conversation.newest_at,
    conversation.messages * case g.lead_source when 'META_ADS' then 1.5 when 'REFERRAL' then 1.3 else 1.0 end
      * case when g.status_group in ('new', 'contacted', 'qualified') then 1.2 else 1.0 end as score
  from grouped g
  cross join lateral (
    select count(*) as messages, max(m.created_at) as newest_at from chat_messages m
    where m.tenant_id = g.tenant_id and m.from_number = g.from_number and m.role in ('user', 'assistant')
      and m.created_at between :messagesSince::timestamptz and :now::timestamptz
  ) conversation
  where coalesce(g.status_group not in ('won', 'lost', 'removed', 'final'), true)
    and conversation.messages >= :minMessages::int and conversation.newest_at >= :recentSince::timestamptz
),
wanted as (
  select s.*, 'high' as priority, r.seller_id as recipient_id
  from scored s
  join recipients r on r.seller_id = s.assigned_seller_id and r.tenant_id = s.tenant_id
  where s.score >= :minScore::numeric
  union all
  select s.*, 'critical', r.seller_id
  from scored s
  join recipients r on r.role = 'ceo' and r.tenant_id = s.tenant_id
  where s.score >= :criticalScore::numeric
),
missing as (
  select w.*, named.id
  from wanted w
  cross join lateral (
    select 'hot_lead:' || w.lead_id || ':' || w.day || ':' || w.priority || ':' || w.recipient_id as id
  ) named
  where not exists (select from notifications n where n.id = named.id offset 0)
),
ranked as (
  select m.*, dense_rank() over (
    partition by tenant_id order by score desc, newest_at desc, lead_id::text collate "C") as rank
  from missing m
),
counted as (
  select r.*, max(r.rank) over (partition by r.tenant_id) as candidates from ranked r
)
select c.id, c.tenant_id::int, c.recipient_id, c.priority, greatest(c.candidates - :cap::int, 0) as cut,
  c.from_number as phone, c.lead_id::text as related_id, null::uuid as sender_id, c.messages, c.score,
  jsonb_build_object('phone', c.from_number, 'lead_id', c.lead_id, 'seller_id', c.assigned_seller_id,
    'messages', c.messages, 'score', c.score)::text as metadata,
  c.lead_name,
  nullif(btrim(concat_ws(' ', u.first_name, u.last_name)), '') as seller_name
from counted c
left join users u on u.id = c.assigned_seller_id
where c.rank <= :cap::int
