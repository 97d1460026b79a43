-- How runs ended, for the case that a pod is lost together with its report. The newest of each task resource stay; all of
-- it can be thrown away at any time.
create table task_runs (
    run_id     bigint generated always as identity primary key,
    -- The Job, and the task resource that it belongs to.
    job_name   text        not null,
    namespace  text        not null,
    name       text        not null,
    task       text        not null,
    -- Of several, as "0 of 3"; empty for a run of the whole task.
    shard      text        not null,
    started_at timestamptz not null,
    -- Null as long as the run is under way, and for ever when it was cut off.
    ended_at   timestamptz,
    result     text        not null,
    reason     text,
    counts     jsonb       not null default '{}'
);

create index on task_runs (namespace, name, run_id);
