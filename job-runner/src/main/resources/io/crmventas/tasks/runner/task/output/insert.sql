-- Adds notifications and returns the ids of those that were not there. It inserts in the order of the ids, so that two runs
-- at once cannot deadlock. It looks up tenant, recipient and sender again. It leaves out a row whose recipient was deleted,
-- and the sender of a row if that user was deleted.
-- The rows take the types of the table's columns, because a CRM can have enums in place of texts.
-- Low and medium notifications expire after 7 days; high and critical ones do not.
\set now now()
\set rows '''[]'''
insert into notifications (id, tenant_id, type, title, message, priority, recipient_id, sender_id,
  related_entity_type, related_entity_id, metadata, read, created_at, expires_at)
select n.id, n.tenant_id, n.type, n.title, n.message, n.priority, recipient.id, sender.id,
  n.related_entity_type, n.related_entity_id, n.metadata, false, n.created_at,
  case when n.priority::text in ('low', 'medium') then :now::timestamptz + interval '168 hours' end
from jsonb_array_elements(:rows::jsonb) as r (fields)
cross join jsonb_populate_record(null::notifications,
  r.fields || jsonb_build_object('metadata', (r.fields ->> 'metadata')::jsonb)) n
join tenants t on t.id = n.tenant_id
join users recipient on recipient.id = n.recipient_id
left join users sender on sender.id = n.sender_id
order by n.id::text collate "C"
on conflict do nothing
returning id
