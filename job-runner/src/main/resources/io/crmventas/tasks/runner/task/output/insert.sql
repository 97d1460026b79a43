-- Adds notifications and returns the ids of those that were not there. In the order of the ids, so that two runs at once
-- wait for each other in the same order. Tenant, recipient and sender are looked up again: a row whose recipient is gone
-- is left out, a sender who is gone is left empty.
-- Low and medium notifications expire after 7 days; high and critical ones do not.
\set now now()
\set ids '''{}'''
\set tenants '''{}'''
\set types '''{}'''
\set titles '''{}'''
\set messages '''{}'''
\set priorities '''{}'''
\set recipients '''{}'''
\set senders '''{}'''
\set relatedTypes '''{}'''
\set relatedIds '''{}'''
\set metadata '''{}'''
\set createdAts '''{}'''
insert into notifications (id, tenant_id, type, title, message, priority, recipient_id, sender_id,
  related_entity_type, related_entity_id, metadata, read, created_at, expires_at)
select n.id, n.tenant_id, n.type, n.title, n.message, n.priority, recipient.id, sender.id,
  n.related_type, n.related_id, n.metadata::jsonb, false, n.created_at,
  case when n.priority in ('low', 'medium') then :now::timestamptz + interval '168 hours' end
from unnest(:ids::text[], :tenants::int[], :types::text[], :titles::text[], :messages::text[],
    :priorities::text[], :recipients::uuid[], :senders::uuid[], :relatedTypes::text[],
    :relatedIds::text[], :metadata::text[], :createdAts::timestamptz[])
  as n (id, tenant_id, type, title, message, priority, recipient_id, sender_id, related_type, related_id,
    metadata, created_at)
join tenants t on t.id = n.tenant_id
join users recipient on recipient.id = n.recipient_id
left join users sender on sender.id = n.sender_id
order by n.id collate "C"
on conflict do nothing
returning id
