-- Deletes one batch of inactive chat sessions whose last activity is before the retention. A null time is never old.
-- Rows that another session has locked stay for the next run. PostgreSQL reads the materialized part once, so a batch
-- cannot grow.
\set before '(now() - interval ''7 days'')'
\set most 5000
with
old as materialized (
  select s.id
  from chat_sessions s
  where s.status = 'inactive' and s.last_activity < :before::timestamptz
  limit :most::bigint
  for update skip locked
)
delete from chat_sessions s using old where s.id = old.id
