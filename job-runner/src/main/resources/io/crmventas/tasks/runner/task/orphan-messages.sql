-- Counts the messages that belong to no conversation, because they name no tenant or one that does not exist. The statement
-- hops along the index from tenant to tenant, so that it reads only those messages.
\set now now()
with recursive
named (tenant_id) as (
  (select m.tenant_id from chat_messages m where m.tenant_id is not null order by m.tenant_id limit 1)
  union all
  select (select m.tenant_id from chat_messages m where m.tenant_id > named.tenant_id
          order by m.tenant_id limit 1)
  from named where named.tenant_id is not null
),
unknown as materialized (
  select n.tenant_id from named n
  where n.tenant_id is not null and not exists (select from tenants t where t.id = n.tenant_id)
)
select (select count(*) from chat_messages m where m.tenant_id is null and m.created_at <= :now::timestamptz)
  + (select coalesce(sum((select count(*) from chat_messages m
                          where m.tenant_id = u.tenant_id and m.created_at <= :now::timestamptz)), 0)::bigint
     from unknown u) as orphans
