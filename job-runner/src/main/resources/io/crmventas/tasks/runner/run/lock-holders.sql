-- Returns the other sessions that hold the lock of this run, the one with the oldest transaction first. A run of one shard
-- waits for its own shard and for a run of the whole task, which holds the task's lock exclusively. It does not wait for other
-- shards. Only a role that may read the other session's statistics sees its age. For another role the age is null.
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
  and l.classid::bigint = :class::int
  -- 2 marks a lock of two keys; another application's lock of one key could have the same numbers.
  and l.objsubid = 2
  and (l.objid::bigint = :task::int & 4294967295 and (:shard::int is null or l.mode = 'ExclusiveLock')
    or l.objid::bigint = :shard::int & 4294967295)
order by a.xact_start nulls first
limit 1
