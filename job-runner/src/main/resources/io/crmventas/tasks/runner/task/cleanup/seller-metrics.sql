-- Deletes one batch of seller metrics whose period started before the retention. A null time is never old. Rows that
-- another session has locked stay for the next run. PostgreSQL reads the materialized part once, so a batch cannot grow.
\set before '(now() - interval ''30 days'')'
\set most 5000
\set shard 0
\set shards 1
with
old as materialized (
  select m.id
  from seller_metrics m
  where m.metrics_period_start < :before::timestamptz
    and ((coalesce(m.tenant_id, 0) & 2147483647)::bigint * 2654435761 >> 16) % :shards::int = :shard::int
  limit :most::bigint
  for update skip locked
)
delete from seller_metrics m using old where m.id = old.id
