-- Returns this session's role if it is a superuser or has BYPASSRLS, and the Secret does not allow it by name.
\set allowed ''''''
select rolname::text as name, case when rolsuper then 'is a superuser' else 'has BYPASSRLS' end as power
from pg_roles where rolname = current_user and (rolsuper or rolbypassrls) and rolname <> :allowed::text
