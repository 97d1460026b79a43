-- What this session sees of each table, column and privilege that a task needs. A table is looked up by the session's search
-- path, as every statement of a task finds it. A table of another owner than that of tenants is not the CRM's.
\set tables '''{leads}'''
\set columns '''{id}'''
\set privileges '''{select}'''
select
  n.ord,
  current_user::text as role,
  c.oid is not null as present,
  tenants.relowner is distinct from c.relowner as other_owner,
  n.column_name is null or a.attnum is not null as complete,
  coalesce(
    case
      when n.column_name is null then has_table_privilege(c.oid, n.privilege)
      else has_column_privilege(c.oid, a.attnum, n.privilege)
    end, false) as granted,
  elsewhere.nspname::text as schema,
  has_schema_privilege(elsewhere.oid, 'usage') as schema_usable,
  elsewhere.on_path
from unnest(:tables::text[], :columns::text[], :privileges::text[])
  with ordinality n (table_name, column_name, privilege, ord)
cross join (
  select array_agg(case trim(name, ' "') when '$user' then current_user::text else trim(name, ' "') end)
  from unnest(string_to_array(current_setting('search_path'), ',')) name
) path (schemas)
left join pg_class c on c.oid = to_regclass(n.table_name)
left join pg_class tenants on tenants.oid = to_regclass('tenants')
left join pg_attribute a on a.attrelid = c.oid and a.attname = n.column_name and a.attnum > 0 and not a.attisdropped
left join lateral (
  select s.oid, s.nspname, s.nspname::text = any (path.schemas) as on_path
  from pg_class t
  join pg_namespace s on s.oid = t.relnamespace
  where c.oid is null and t.relname = n.table_name and t.relkind in ('r', 'p', 'v', 'm', 'f')
  order by on_path desc, s.nspname
  limit 1
) elsewhere on true
order by n.ord
