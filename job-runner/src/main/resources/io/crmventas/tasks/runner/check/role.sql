-- Whether this session's role is a superuser, or sees the rows that row level security hides from others.
select rolname::text as name, rolsuper as superuser, rolsuper or rolbypassrls as powerful
from pg_roles where rolname = current_user
