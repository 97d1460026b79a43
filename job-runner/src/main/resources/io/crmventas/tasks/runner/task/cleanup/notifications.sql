-- Deletes one batch of notifications that have expired, or that never expire and are older than the retention.
-- A null time is never old. Rows that another session has locked stay for the next run: a wait for them could end in
-- a deadlock that the CRM loses. PostgreSQL reads the materialized part once, so a batch cannot grow.
\set now now()
\set before '(now() - interval ''7 days'')'
\set most 5000
\set shard 0
\set shards 1
with
old as materialized (
  select n.id
  from notifications n
  where (n.expires_at < :now::timestamptz or n.expires_at is null and n.created_at < :before::timestamptz)
    and ((coalesce(n.tenant_id, 0) & 2147483647)::bigint * 2654435761 >> 16) % :shards::int = :shard::int
  limit :most::bigint
  for update skip locked
)
delete from notifications n using old where n.id = old.id
