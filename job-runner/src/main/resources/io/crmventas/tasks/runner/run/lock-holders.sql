-- Which other sessions hold a lock of this task, the one with the oldest transaction first. Only a role that may read
-- the other session's statistics sees its age; for another role the age is null.
\set class 1129467220
\set task 1
\set shard null
select a.pid, coalesce(a.application_name, '') as application_name,
  (extract(epoch from clock_timestamp() - a.xact_start) * 1000)::bigint as age_millis
from pg_locks l
join pg_stat_activity a on a.pid = l.pid
where l.locktype = 'advisory' and l.granted and l.pid <> pg_backend_pid()
  and l.database = (select d.oid from pg_database d where d.datname = current_database())
  -- pg_locks shows the two keys as unsigned numbers.
  and l.classid::bigint = :class::int and l.objid::bigint in (:task::int & 4294967295, :shard::int & 4294967295)
order by a.xact_start nulls first
limit 1
