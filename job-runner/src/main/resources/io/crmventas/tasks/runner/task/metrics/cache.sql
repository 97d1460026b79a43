-- Returns what the CRM reads from Redis in place of seller_metrics, for every row of figures.sql that is in the table.
-- cached_at has no offset and realtime_conversations repeats active_conversations, because the CRM's reader wants it so.
\set now now()
\set rows '''[]'''
select 'metrics:seller:' || m.seller_id || ':tenant:' || m.tenant_id as key,
  (r.fields || jsonb_build_object(
    'id', m.id,
    'realtime_conversations', r.fields -> 'active_conversations',
    'cached_at', to_char(:now::timestamptz at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')))::text as json
from jsonb_array_elements(:rows::jsonb) as r (fields)
cross join jsonb_populate_record(null::seller_metrics, r.fields) n
join seller_metrics m using (seller_id, tenant_id, metrics_period_start)
