-- Returns what the CRM reads from Redis in place of seller_metrics, for every row of figures.sql that is in the table.
-- cached_at has no offset and realtime_conversations repeats active_conversations, because the CRM's reader wants it so.
\set now now()
\set rows '''[]'''
with
new_rows as (
  select * from jsonb_to_recordset(:rows::jsonb) as r (
    seller_id uuid, tenant_id int, metrics_period_start timestamptz, total_conversations int,
    active_conversations int, conversations_assigned_today int, total_messages_sent int, total_messages_received int,
    avg_response_time_seconds int, leads_assigned int, leads_converted int, conversion_rate numeric(5, 2),
    prospects_generated int, prospects_converted int, total_chat_minutes int, avg_session_duration_minutes int,
    last_activity_at timestamptz, metrics_calculated_at timestamptz, metrics_period_end timestamptz)
)
select r.seller_id, r.tenant_id, (to_jsonb(r) || jsonb_build_object(
    'id', m.id,
    'realtime_conversations', r.active_conversations,
    'cached_at', to_char(:now::timestamptz at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
    'last_activity_at', to_char(r.last_activity_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'),
    'metrics_calculated_at', to_char(r.metrics_calculated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'),
    'metrics_period_start', to_char(r.metrics_period_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'),
    'metrics_period_end', to_char(r.metrics_period_end at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')))::text as json
from new_rows r
join seller_metrics m on m.seller_id = r.seller_id and m.tenant_id = r.tenant_id
  and m.metrics_period_start = r.metrics_period_start
order by r.tenant_id, r.seller_id
