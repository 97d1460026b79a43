-- Returns the kind of the table if it is large enough to need an index that begins with these columns, and has none. A whole
-- index of any order serves. A partial index serves only with the same predicate.
-- A table that was never analyzed has -1 rows. The statement then estimates 200 bytes a row.
\set table '''chat_messages'''
\set leading '''{tenant_id,created_at}'''
\set predicate ''''''
\set fromRows 100000
select c.relkind = 'p' as partitioned
from pg_class c
where c.oid = to_regclass(:table::text) and c.relkind in ('r', 'p', 'm')
  and case when c.reltuples < 0 then pg_relation_size(c.oid) / 200 else c.reltuples end >= :fromRows::bigint
  and not exists (
    select from pg_index i
    where i.indrelid = c.oid and i.indisvalid
      and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) = :predicate::text)
      and (select array_agg(a.attname::text order by k.ord)
           from unnest(i.indkey::int2[]) with ordinality k (attnum, ord)
           join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
           where k.ord <= least(i.indnkeyatts, cardinality(:leading::text[]))) = :leading::text[])
