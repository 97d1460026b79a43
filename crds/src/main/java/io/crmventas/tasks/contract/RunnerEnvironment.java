package io.crmventas.tasks.contract;

/**
 * Names the environment variables that the operator writes into a pod and the runner reads. Settings of the CRM's old
 * in-process scheduler keep their names.
 */
public final class RunnerEnvironment {
    /** Logs and the lock's application_name show name and namespace of the CrmScheduledTask. */
    public static final String TASK_NAME = "CRM_TASK_NAME";

    public static final String TASK_NAMESPACE = "CRM_TASK_NAMESPACE";
    /** The value is the name of the Job that the pod belongs to. */
    public static final String JOB_NAME = "CRM_JOB_NAME";
    /** An extra task gets {@code spec.task}, which it writes into its report. */
    public static final String TASK = "CRM_TASK";
    /** The value is {@code spec.parameters} as a JSON object. Without it the runner uses all defaults. */
    public static final String PARAMETERS = "CRM_TASK_PARAMETERS";
    /** The value is {@code spec.timeout}, for example {@code 5m}. The runner stops itself at 90 % of it. */
    public static final String TIMEOUT = "CRM_TASK_TIMEOUT";
    /**
     * A run that starts later than this after the scheduled time in its Job's name ends as SkippedLate. Without this
     * variable no run is too late. A Job that a person started has no scheduled time, so it is never too late.
     */
    public static final String START_DEADLINE = "CRM_TASK_START_DEADLINE";
    /** A run waits this long for another run of the same task, and then ends as SkippedLocked. The default is 0. */
    public static final String LOCK_WAIT = "CRM_TASK_LOCK_WAIT";
    /** These are {@code limit}, {@code initialDelay} and {@code maxDelay} of {@code spec.retry}. */
    public static final String RETRY_LIMIT = "CRM_TASK_RETRY_LIMIT";

    public static final String RETRY_INITIAL_DELAY = "CRM_TASK_RETRY_INITIAL_DELAY";
    public static final String RETRY_MAX_DELAY = "CRM_TASK_RETRY_MAX_DELAY";

    /** The value is {@code spec.shards}. Without it there is one shard, and the pod works for all tenants. */
    public static final String SHARDS = "CRM_TASK_SHARDS";
    /** Kubernetes sets the index of the shard, from 0, in the pods of an Indexed Job. */
    public static final String COMPLETION_INDEX = "JOB_COMPLETION_INDEX";

    /**
     * This folder holds the database Secret, with one file for each key: POSTGRES_DSN, or the keys of CloudNativePG's
     * Secret (uri, jdbc-uri, host, port, dbname, user or username, password). The pod gets files, because child
     * processes inherit variables and {@code /proc} shows them.
     */
    public static final String DATABASE_DIR = "CRM_DATABASE_DIR";
    /**
     * This folder holds the Redis Secret, with REDIS_URL, or with REDIS_PASSWORD (also named password), REDIS_USERNAME,
     * REDIS_DB and REDIS_TLS. With TLS the key ca.crt, if present, replaces the public certificate authorities.
     */
    public static final String REDIS_DIR = "CRM_REDIS_DIR";

    /** An extra task finds the Secret of its catalog entry in this folder. */
    public static final String SECRET_DIR = "CRM_SECRET_DIR";

    public static final String POSTGRES_DSN = "POSTGRES_DSN";
    public static final String POSTGRES_HOST = "POSTGRES_HOST";
    public static final String POSTGRES_PORT = "POSTGRES_PORT";
    public static final String POSTGRES_DB = "POSTGRES_DB";
    public static final String POSTGRES_USER = "POSTGRES_USER";
    public static final String POSTGRES_PASSWORD = "POSTGRES_PASSWORD";

    /**
     * The value names the superuser or the role with BYPASSRLS that the runner may use. Without it, the preflight and
     * every run refuse such a role. It is a key of the database Secret, beside the DSN.
     */
    public static final String POSTGRES_PRIVILEGED_ROLE = "POSTGRES_PRIVILEGED_ROLE";

    public static final String REDIS_URL = "REDIS_URL";
    public static final String REDIS_HOST = "REDIS_HOST";
    public static final String REDIS_PORT = "REDIS_PORT";
    public static final String REDIS_PASSWORD = "REDIS_PASSWORD";
    public static final String REDIS_USERNAME = "REDIS_USERNAME";
    /** The value is the number of the database. The default is 0. */
    public static final String REDIS_DB = "REDIS_DB";
    /** {@code true} encrypts the connection to REDIS_HOST. A URL encrypts it with {@code rediss://}. */
    public static final String REDIS_TLS = "REDIS_TLS";

    public static final String REDIS_CACHE_ENABLED = "REDIS_CACHE_ENABLED";

    public static final String LOG_LEVEL = "LOG_LEVEL";
    /** {@code json} makes each log line a JSON object. {@code text}, the default, makes it key=value pairs. */
    public static final String LOG_FORMAT = "LOG_FORMAT";
    /** {@code true} logs each step with its duration and rows. */
    public static final String ENABLE_TASK_LOGGING = "ENABLE_TASK_LOGGING";

    /** The kubelet reads the run report from the file at this path. */
    public static final String TERMINATION_LOG = "CRM_TERMINATION_LOG";

    public static final String DEFAULT_TERMINATION_LOG = "/dev/termination-log";

    private RunnerEnvironment() {}
}
