-- Returns the conversations that end in unanswered messages of the customer that are too old, and the users to notify.
--
-- conversation_rows hops along the CRM's index from conversation to conversation and reads the newest row of each;
-- where chat_messages has an index on (tenant_id, created_at), active reads the recent rows by that index instead.
-- Within a conversation each look asks for a time first and for an id among the rows of that time second: the index
-- gives the rows in the order of time, and "order by created_at, id" would sort the whole conversation.
-- A message of the time '-infinity' has waited for an unknown time, which is null.
-- The statement leaves existing notifications out before it ranks the rest, so that a cap never starves the rest.
-- "offset 0" keeps PostgreSQL from joining all notifications: it asks the primary key for each candidate.
\set now now()
\set type '''unanswered'''
\set messagesByTime false
\set activeSince '(now() - interval ''24 hours'')'
\set unansweredBefore '(now() - interval ''1 hour'')'
\set escalateBefore '(now() - interval ''4 hours'')'
\set cap 50
\set tenantIds '(select array_agg(id order by id) from tenants)'
with recursive
-- in a CRM without it: notification_settings (user_id, mute_until, muted_types) as (select null::text, null::timestamptz, null::jsonb where false),
recipients (seller_id, tenant_id, role) as materialized (
  select u.id, u.tenant_id, u.role from users u
  where u.status = 'active' and u.role in ('setter', 'closer', 'professional', 'ceo')
    and not exists (
      select from notification_settings n
      where n.user_id::text = u.id::text and (n.mute_until > :now::timestamptz
        or jsonb_typeof(n.muted_types::jsonb) = 'array' and n.muted_types::jsonb @> to_jsonb(:type::text)))
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
wanted as (
  select s.*, 'high' as priority, r.seller_id as recipient_id
  from streaks s
  join recipients r on r.seller_id = s.seller_id and r.tenant_id = s.tenant_id
  union all
  select s.*, 'critical', r.seller_id
  from streaks s
  join recipients r on r.role = 'ceo' and r.tenant_id = s.tenant_id
  where s.first_at < :escalateBefore::timestamptz
),
missing as (
  select w.*, named.id
  from wanted w
  cross join lateral (
    select 'unanswered:' || w.first_id || ':' || w.priority || ':' || w.recipient_id as id
  ) named
  where not exists (select from notifications n where n.id = named.id offset 0)
),
ranked as (
  select m.*, dense_rank() over (partition by m.tenant_id order by m.first_at, m.first_id) as rank
  from missing m
),
counted as (
  select r.*, max(r.rank) over (partition by r.tenant_id) as candidates from ranked r
)
select c.id, c.tenant_id::int, c.recipient_id, c.priority, greatest(c.candidates - :cap::int, 0) as cut,
  c.from_number as phone, left(c.from_number::text, 255) as related_id,
  case c.priority when 'critical' then c.seller_id end as sender_id,
  nullif(btrim(concat_ws(' ', l.first_name, l.last_name)), '') as lead_name,
  nullif(btrim(concat_ws(' ', u.first_name, u.last_name)), '') as seller_name, waited.seconds as seconds_waited,
  jsonb_build_object('phone', c.from_number, 'message_id', c.first_id, 'seller_id', c.seller_id, 'lead_id', l.id,
    'minutes_waited', waited.seconds / 60)::text as metadata
from counted c
cross join lateral (
  select case when isfinite(c.first_at)
    then extract(epoch from date_trunc('second', :now::timestamptz - c.first_at))::bigint end as seconds
) waited
left join leads l on l.tenant_id = c.tenant_id and l.phone_number = c.from_number
  and coalesce(l.created_at <= :now::timestamptz, true)
left join users u on u.id = c.seller_id
where c.rank <= :cap::int
