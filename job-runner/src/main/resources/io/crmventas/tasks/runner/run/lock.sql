-- Takes the locks that prevent two runs of one task at the same time, and returns whether it could. They end with the
-- transaction, so a pooler cannot keep them. A run of one shard shares the task's lock with the other shards, which excludes
-- runs of the whole task. It has the lock of its own shard alone.
\set class 1129467220
\set task 1
\set shard null
select case
  when :shard::int is null then pg_try_advisory_xact_lock(:class::int, :task::int)
  else pg_try_advisory_xact_lock_shared(:class::int, :task::int) and pg_try_advisory_xact_lock(:class::int, :shard::int)
end as taken
