-- A CRM for the benchmark `sql`. Variables of psql: tenants, sellers (of all tenants, CEOs included), conversations,
-- messages (recent ones of each conversation), history (closed ones of each conversation).
\set ON_ERROR_STOP 1
select setseed(0.5);
insert into tenants (id, bot_phone_number, clinic_name, timezone, created_at)
select i, 'bot' || i, 'Clinic ' || i, (array['America/Argentina/Buenos_Aires', 'America/Bogota', 'Europe/Madrid'])[1 + i % 3],
  now() - interval '3 years'
from generate_series(1, :tenants) i;

-- The first seller of each tenant is its CEO.
insert into users (id, email, role, status, tenant_id, first_name, last_name)
select gen_random_uuid(), 's' || i || '@x',
  case when i <= :tenants then 'ceo' else (array['setter', 'closer', 'professional'])[1 + i % 3] end,
  'active', 1 + i % :tenants, 'N' || i, 'L' || i
from generate_series(1, :sellers) i;

-- Four of five conversations have a seller, and four of five a lead.
create temp table conversations as
select i as n, 1 + i % :tenants as tenant_id, '+549' || lpad(i::text, 9, '0') as from_number, random() as r, random() as age,
  null::uuid as seller
from generate_series(1, :conversations) i;
create temp table team as
select tenant_id, array_agg(id order by email) as ids from users where role <> 'ceo' group by tenant_id;
update conversations c set seller = t.ids[1 + c.n % cardinality(t.ids)] from team t where t.tenant_id = c.tenant_id and c.r < 0.8;
insert into leads (tenant_id, phone_number, first_name, status, lead_source, assigned_seller_id, created_at, updated_at,
  status_changed_at, estimated_value)
select tenant_id, from_number, 'F' || n,
  (array['new', 'nuevo', 'contactado', 'negociacion', 'closed_won', 'closed_lost', 'client', 'Contacted'])[1 + n % 8],
  (array['ORGANIC', 'META_ADS', 'REFERRAL', 'PROSPECTING'])[1 + n % 4], seller,
  now() - age * interval '60 days', now() - age * interval '10 days', now() - age * interval '10 days', 1000 * r
from conversations where n % 5 <> 0;

-- Recent messages. A conversation ended between now and 45 days ago, one of ten in the last day. The assignment wrote
-- the seller into the messages that existed then, so the newest ones have no seller.
insert into chat_messages (from_number, role, content, created_at, tenant_id, assigned_seller_id, assigned_at)
select c.from_number, case when (k * 7 + c.n) % 11 < 6 then 'user' else 'assistant' end,
  'message text of ordinary length, with some words in it ' || k, t.at, c.tenant_id,
  case when t.at < a.at then c.seller end, case when t.at < a.at and c.seller is not null then a.at end
from conversations c
cross join generate_series(0, :messages - 1) k
cross join lateral (select now() - case when age < 0.1 then age * 10 else age * 45 end * interval '1 day' as ended) e
cross join lateral (
  select e.ended - k * (20 + n % 50) * interval '1 minute' as at) t
cross join lateral (
  select e.ended - (n % :messages) * (20 + n % 50) * interval '1 minute' as at) a
order by t.at;

-- Closed history: older than every window of the tasks. Half of it names the seller of an assignment 200 days ago.
insert into chat_messages (from_number, role, content, created_at, tenant_id, assigned_seller_id, assigned_at)
select c.from_number, case when k % 2 = 0 then 'user' else 'assistant' end,
  'message text of ordinary length, with some words in it ' || k,
  now() - interval '95 days' - (k * 33 + n % 97) * interval '1 hour', c.tenant_id,
  case when k > :history / 2 then c.seller end,
  case when k > :history / 2 and c.seller is not null then now() - interval '200 days' end
from conversations c
cross join generate_series(1, :history) k;
vacuum (analyze);
