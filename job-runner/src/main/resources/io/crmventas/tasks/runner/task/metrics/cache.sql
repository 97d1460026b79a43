-- Returns what the CRM reads from Redis in place of seller_metrics, for every row of figures.sql that is in the table.
-- cached_at has no offset and realtime_conversations repeats active_conversations, because the CRM's reader wants it so.
\set now now()
\set rows '''[]'''
select (r.fields ->> 'seller_id')::uuid as seller_id, (r.fields ->> 'tenant_id')::int as tenant_id,
  (r.fields || jsonb_build_object(
    'id', m.id,
    'realtime_conversations', r.fields -> 'active_conversations',
    'cached_at', to_char(:now::timestamptz at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')))::text as json
from jsonb_array_elements(:rows::jsonb) as r (fields)
join seller_metrics m on m.seller_id = (r.fields ->> 'seller_id')::uuid
  and m.tenant_id = (r.fields ->> 'tenant_id')::int
  and m.metrics_period_start = (r.fields ->> 'metrics_period_start')::timestamptz
order by tenant_id, seller_id
