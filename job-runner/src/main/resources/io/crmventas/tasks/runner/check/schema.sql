-- Returns which tables, columns and privileges of a task this session lacks. Each row is a table, with a line for each missing
-- thing and for each statement that would grant a privilege. It finds a table by the session's search path, as every
-- statement of a task does.
-- A need is a privilege on columns of a table, or on the whole table if it names no column.
-- The tasks do not use an optional table whose owner is not that of tenants, because it is not the CRM's. A table in a schema
-- outside the search path belongs to another application.
-- Without the casts to oid, a new session reads 150 pages more: PostgreSQL looks at each operator named =.
\set tables '''{leads}'''
\set columns '''{id}'''
\set privileges '''{select}'''
\set optional '''{false}'''
with
found as (
  select n.*, needed.*, c.oid as table_oid, a.attnum, elsewhere.*,
    c.oid is not null and not (n.optional and tenants.relowner is distinct from c.relowner) as present
  from unnest(:tables::text[], :columns::text[], :privileges::text[], :optional::boolean[])
    with ordinality n (table_name, columns, privilege, optional, ord)
  left join lateral unnest(string_to_array(n.columns, ' ')) with ordinality needed (column_name, place) on true
  cross join (
    select array_agg(case trim(name, ' "') when '$user' then current_user::text else trim(name, ' "') end)
    from unnest(string_to_array(current_setting('search_path'), ',')) name
  ) path (schemas)
  left join pg_class c on c.oid = to_regclass(n.table_name)::oid
  left join pg_class tenants on tenants.oid = to_regclass('tenants')::oid
  left join pg_attribute a on a.attrelid = c.oid and a.attname = needed.column_name and a.attnum > 0 and not a.attisdropped
  left join lateral (
    select t.relnamespace::regnamespace::text as schema, has_schema_privilege(t.relnamespace, 'usage') as usable,
      trim(t.relnamespace::regnamespace::text, '"') = any (path.schemas) as on_path
    from pg_class t
    where c.oid is null and t.relname = n.table_name and t.relkind in ('r', 'p', 'v', 'm', 'f')
    order by on_path desc, schema
    limit 1
  ) elsewhere on true
)
select f.table_name, bool_and(f.present) as present,
  string_agg(case
      when f.present and f.column_name is not null and f.attnum is null
        then format('column %s.%s', f.table_name, f.column_name)
      when f.table_oid is null and not f.optional and f.schema is null then format('table %s', f.table_name)
      when f.table_oid is null and not f.optional and f.usable
        then format('table %s on the search path (it is in schema %s; add ?options=-csearch_path%%3D%s to the DSN)',
          f.table_name, f.schema, replace(replace(f.schema, '"', '%22'), ' ', '%5C%20'))
    end, E'\n' order by f.ord, f.place) as missing,
  string_agg(case
      when f.table_oid is null and not f.usable and (f.on_path or not f.optional)
        then format('grant usage on schema %s to %I', f.schema, current_user)
      when f.present and not case
          when f.column_name is null then has_table_privilege(f.table_oid, f.privilege)
          else has_column_privilege(f.table_oid, f.attnum, f.privilege)
        end
        then format('grant %s on %s to %I', f.privilege, f.table_name, current_user)
    end, E'\n' order by f.ord, f.place) as grants
from found f
group by f.table_name
order by min(f.ord)
