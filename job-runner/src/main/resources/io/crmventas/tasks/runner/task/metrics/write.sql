-- Writes the rows of figures.sql into seller_metrics and returns how many were inserted or changed.
-- It does not lock an equal row: it leaves the row out before the insert, and again if another run wrote it meanwhile.
-- All runs write in one order, so that two runs at once wait for each other and cannot deadlock.
\set rows '''[]'''
insert into seller_metrics as m (
  seller_id, tenant_id, metrics_period_start, total_conversations, active_conversations, conversations_assigned_today,
  total_messages_sent, total_messages_received, avg_response_time_seconds, leads_assigned, leads_converted,
  conversion_rate, prospects_generated, prospects_converted, total_chat_minutes, avg_session_duration_minutes,
  last_activity_at, metrics_calculated_at, metrics_period_end)
select
  r.seller_id, r.tenant_id, r.metrics_period_start, r.total_conversations, r.active_conversations,
  r.conversations_assigned_today, r.total_messages_sent, r.total_messages_received, r.avg_response_time_seconds,
  r.leads_assigned, r.leads_converted, r.conversion_rate, r.prospects_generated, r.prospects_converted,
  r.total_chat_minutes, r.avg_session_duration_minutes, r.last_activity_at, r.metrics_calculated_at,
  r.metrics_period_end
from jsonb_populate_recordset(null::seller_metrics, :rows::jsonb) r
join users u on u.id = r.seller_id
left join seller_metrics old on old.seller_id = r.seller_id and old.tenant_id = r.tenant_id
  and old.metrics_period_start = r.metrics_period_start
where (
    old.total_conversations, old.active_conversations, old.conversations_assigned_today, old.total_messages_sent,
    old.total_messages_received, old.avg_response_time_seconds, old.leads_assigned, old.leads_converted,
    old.conversion_rate, old.prospects_generated, old.prospects_converted, old.total_chat_minutes,
    old.avg_session_duration_minutes, old.last_activity_at, old.metrics_calculated_at, old.metrics_period_end
  ) is distinct from (
    r.total_conversations, r.active_conversations, r.conversations_assigned_today, r.total_messages_sent,
    r.total_messages_received, r.avg_response_time_seconds, r.leads_assigned, r.leads_converted, r.conversion_rate,
    r.prospects_generated, r.prospects_converted, r.total_chat_minutes, r.avg_session_duration_minutes,
    r.last_activity_at, r.metrics_calculated_at, r.metrics_period_end)
order by r.seller_id
on conflict (seller_id, tenant_id, metrics_period_start) do update set (
    total_conversations, active_conversations, conversations_assigned_today, total_messages_sent,
    total_messages_received, avg_response_time_seconds, leads_assigned, leads_converted, conversion_rate,
    prospects_generated, prospects_converted, total_chat_minutes, avg_session_duration_minutes, last_activity_at,
    metrics_calculated_at, metrics_period_end
  ) = row (
    excluded.total_conversations, excluded.active_conversations, excluded.conversations_assigned_today,
    excluded.total_messages_sent, excluded.total_messages_received, excluded.avg_response_time_seconds,
    excluded.leads_assigned, excluded.leads_converted, excluded.conversion_rate, excluded.prospects_generated,
    excluded.prospects_converted, excluded.total_chat_minutes, excluded.avg_session_duration_minutes,
    excluded.last_activity_at, excluded.metrics_calculated_at, excluded.metrics_period_end)
where (
    m.total_conversations, m.active_conversations, m.conversations_assigned_today, m.total_messages_sent,
    m.total_messages_received, m.avg_response_time_seconds, m.leads_assigned, m.leads_converted, m.conversion_rate,
    m.prospects_generated, m.prospects_converted, m.total_chat_minutes, m.avg_session_duration_minutes,
    m.last_activity_at, m.metrics_calculated_at, m.metrics_period_end
  ) is distinct from (
    excluded.total_conversations, excluded.active_conversations, excluded.conversations_assigned_today,
    excluded.total_messages_sent, excluded.total_messages_received, excluded.avg_response_time_seconds,
    excluded.leads_assigned, excluded.leads_converted, excluded.conversion_rate, excluded.prospects_generated,
    excluded.prospects_converted, excluded.total_chat_minutes, excluded.avg_session_duration_minutes,
    excluded.last_activity_at, excluded.metrics_calculated_at, excluded.metrics_period_end)
