-- Returns whether an index finds recent messages, and which collation lower-cases a status.
-- A database in the C locale lower-cases ASCII only, and a Turkish one turns CLIENT into something else. So the runner
-- names a collation with Unicode's rules, whichever this server has.
select
  exists (
    select from pg_index i
    where i.indrelid = to_regclass('chat_messages')::oid and i.indisvalid and i.indpred is null and i.indnkeyatts > 1
      and pg_get_indexdef(i.indexrelid, 1, false) = 'tenant_id'
      and pg_get_indexdef(i.indexrelid, 2, false) = 'created_at') as messages_by_time,
  coalesce(
    (select quote_ident(collname) from pg_collation
     where collnamespace = 'pg_catalog'::regnamespace and getdatabaseencoding() = 'UTF8'
       and collname in ('und-x-icu', 'pg_c_utf8', 'C.utf8', 'C.UTF-8')
       and collencoding in (-1, pg_char_to_encoding('UTF8'))
     order by case collname when 'und-x-icu' then 1 when 'pg_c_utf8' then 2 else 3 end
     limit 1),
    '"default"') as lower_casing
