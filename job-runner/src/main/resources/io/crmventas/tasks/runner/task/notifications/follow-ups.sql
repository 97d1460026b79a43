-- Returns the quiet conversations that have no lead, or one that is new, contacted or qualified, and the seller to remind.
--
-- conversation_rows hops along the CRM's index from conversation to conversation and reads the newest row of each;
-- where chat_messages has an index on (tenant_id, created_at), active reads the recent rows by that index instead.
-- Within a conversation each look asks for a time first and for an id among the rows of that time second: the index
-- gives the rows in the order of time, and "order by created_at, id" would sort the whole conversation.
-- The statement leaves existing notifications out before it ranks the rest, so that a cap never starves the rest.
-- "offset 0" keeps PostgreSQL from joining all notifications: it asks the primary key for each candidate.
\set now now()
\set type '''followup'''
\set messagesByTime false
\set activeSince '(now() - interval ''30 days'')'
\set contactedBefore '(now() - interval ''2 days'')'
\set newBefore '(now() - interval ''1 day'')'
\set noLeadBefore '(now() - interval ''3 days'')'
\set cap 50
\set tenantIds '(select array_agg(id order by id) from tenants)'
with recursive
-- in a CRM without it: lead_statuses (tenant_id, code, is_final) as (select null::int, null::text, null::boolean where false),
-- in a CRM without it: notification_settings (user_id, mute_until, muted_types) as (select null::text, null::timestamptz, null::jsonb where false),
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
quiet as (
  select n.*, (
    select max(m.id) from chat_messages m
    where m.tenant_id = n.tenant_id and m.from_number = n.from_number
      and m.role in ('user', 'assistant') and m.created_at = n.newest_at) as newest_id,
    l.id as lead_id, lower(l.status::text collate pg_catalog."und-x-icu") collate "C" as status,
    nullif(btrim(concat_ws(' ', l.first_name, l.last_name)), '') as lead_name
  from newest n
  left join leads l on l.tenant_id = n.tenant_id and l.phone_number = n.from_number
    and coalesce(l.created_at <= :now::timestamptz, true)
  where n.newest_at >= :activeSince::timestamptz
    and n.newest_at < greatest(
      :contactedBefore::timestamptz, :newBefore::timestamptz, :noLeadBefore::timestamptz)
),
grouped as materialized (
  select q.*,
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
  from quiet q
),
due as (
  select g.*,
    case
      when status_group in ('contacted', 'qualified') and newest_at < :contactedBefore::timestamptz then 'high'
      when status_group = 'new' and newest_at < :newBefore::timestamptz then 'medium'
      when lead_id is null and newest_at < :noLeadBefore::timestamptz then 'low'
    end as priority
  from grouped g
),
assigned as materialized (
  select d.*, (
    select m.assigned_seller_id from chat_messages m
    where m.tenant_id = d.tenant_id and m.from_number = d.from_number and m.assigned_seller_id is not null
      and m.created_at = (
        select s.created_at from chat_messages s
        where s.tenant_id = d.tenant_id and s.from_number = d.from_number
          and s.assigned_seller_id is not null and s.created_at <= :now::timestamptz
        order by s.created_at desc limit 1)
    order by m.id desc limit 1) as seller_id
  from due d
  where d.priority is not null
),
missing as (
  select a.*, named.id
  from assigned a
  join recipients r on r.seller_id = a.seller_id and r.tenant_id = a.tenant_id
  cross join lateral (select 'followup:' || a.newest_id || ':' || a.seller_id as id) named
  where not exists (select from notifications n where n.id = named.id offset 0)
),
ranked as (
  select m.*, count(*) over (partition by tenant_id) as candidates, row_number() over (
    partition by tenant_id
    order by case priority when 'high' then 1 when 'medium' then 2 else 3 end, newest_at, newest_id) as rank
  from missing m
)
select r.id, r.tenant_id::int, r.seller_id as recipient_id, r.priority, greatest(r.candidates - :cap::int, 0) as cut,
  r.from_number as phone, left(r.from_number::text, 255) as related_id, null::uuid as sender_id, r.lead_name,
  waited.seconds as seconds_waited,
  jsonb_build_object('phone', r.from_number, 'message_id', r.newest_id, 'lead_id', r.lead_id,
    'days_waited', waited.seconds / 86400)::text as metadata
from ranked r
cross join lateral (
  select extract(epoch from date_trunc('second', :now::timestamptz - r.newest_at))::bigint as seconds
) waited
where r.rank <= :cap::int
