package io.crmventas.tasks.runner.trace;

/** The statements of the trace. */
final class TraceSql {
    /**
     * By the catalog: to name what a role may not see is an error. From here to the answer of {@link #BEGIN} nothing
     * waits long for a lock.
     */
    static final String USABLE = """
            select current_setting('lock_timeout') as lock_timeout, t.usable,
              case when t.usable then set_config('lock_timeout', :briefly, false) end as now_briefly
            from (
              select coalesce(bool_and(
                has_schema_privilege(s.oid, 'usage') and has_table_privilege(t.oid, 'select')
                and has_table_privilege(t.oid, 'insert') and has_table_privilege(t.oid, 'update')
                and has_table_privilege(t.oid, 'delete')), false) as usable
              from pg_namespace s
              join pg_class t on t.relnamespace = s.oid and t.relname = 'task_runs'
              where s.nspname = 'crm_tasks'
            ) t""";

    /** The new row's number beside each earlier run: of a Job with several pods, the newest that ended. */
    static final String BEGIN = """
            with mine as (
              insert into crm_tasks.task_runs (job_name, namespace, name, task, shard, started_at, result)
              values (:job, :namespace, :name, :task, :shard, :startedAt, 'Running')
              returning run_id
            )
            select mine.run_id, e.job_name, e.result, e.reason, e.ended_at,
              set_config('lock_timeout', :lockTimeout, false) as as_before
            from mine
            left join lateral (
              select * from (
                select distinct on (r.job_name) r.* from crm_tasks.task_runs r
                where r.namespace = :namespace and r.name = :name and r.shard = :shard
                  and r.ended_at is not null and r.job_name <> :job
                order by r.job_name, r.run_id desc
              ) newest
              order by newest.run_id desc
              limit :most
            ) e on true
            order by e.run_id desc""";

    /** A run that tries again has not ended. */
    static final String BEGIN_AGAIN = """
            update crm_tasks.task_runs set result = 'Running', reason = null, ended_at = null
            where run_id = :run
            returning set_config('lock_timeout', :lockTimeout, false) as as_before""";

    /** Beyond the newest of a resource nothing is kept; whatever another run deletes just now is left to it. */
    static final String END = """
            with old as (
              delete from crm_tasks.task_runs where run_id in (
                select r.run_id from crm_tasks.task_runs r
                where r.namespace = :namespace and r.name = :name and r.run_id <= (
                  select n.run_id from crm_tasks.task_runs n
                  where n.namespace = :namespace and n.name = :name
                  order by n.run_id desc offset :kept limit 1)
                for update skip locked)
            )
            update crm_tasks.task_runs
            set result = :result, reason = :reason, ended_at = :endedAt, counts = (
              select coalesce(jsonb_object_agg(c.name, c.n), '{}') from unnest(:names::text[], :values::bigint[]) c (name, n))
            where run_id = :run""";

    private TraceSql() {}
}
