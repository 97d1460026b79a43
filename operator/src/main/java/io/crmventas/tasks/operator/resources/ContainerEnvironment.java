package io.crmventas.tasks.operator.resources;

import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec.Retry;
import io.crmventas.tasks.api.v1alpha1.Parameters;
import io.crmventas.tasks.contract.RunnerEnvironment;
import io.crmventas.tasks.operator.config.Catalog.ExtraTask;
import io.crmventas.tasks.operator.config.RunnerSettings;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Builds the variables of a run's container. None of them holds a secret: the container gets Secrets as files. */
final class ContainerEnvironment {
    /** Equal parameters need equal texts. A random order would make every reconcile patch the CronJob. */
    private static final ObjectMapper CANONICAL = JsonMapper.builder()
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private final List<EnvVar> variables = new ArrayList<>();

    private ContainerEnvironment() {}

    static List<EnvVar> variables(CrmScheduledTask task, RunnerSettings settings) {
        ContainerEnvironment environment = new ContainerEnvironment();
        environment.task(task);
        Optional<ExtraTask> extra = settings.catalog().extraTask(task);
        if (extra.isEmpty() || extra.get().database()) {
            environment.put(RunnerEnvironment.DATABASE_DIR, SecretVolume.DATABASE_DIR);
        }
        if (extra.isEmpty()) {
            settings.redis().ifPresent(environment::redis);
        }
        environment.put(RunnerEnvironment.LOG_LEVEL, settings.log().level());
        environment.put(RunnerEnvironment.LOG_FORMAT, settings.log().json() ? "json" : null);
        environment.put(
                RunnerEnvironment.ENABLE_TASK_LOGGING,
                String.valueOf(settings.log().steps()));
        extra.ifPresent(own -> environment.extra(task, own));
        return environment.variables;
    }

    private void task(CrmScheduledTask task) {
        put(RunnerEnvironment.TASK_NAME, task.name());
        put(RunnerEnvironment.TASK_NAMESPACE, task.namespace());
        variables.add(new EnvVarBuilder()
                .withName(RunnerEnvironment.JOB_NAME)
                .withNewValueFrom()
                .withNewFieldRef()
                .withFieldPath("metadata.labels['batch.kubernetes.io/job-name']")
                .endFieldRef()
                .endValueFrom()
                .build());
        put(RunnerEnvironment.PARAMETERS, parameters(task));
        int shards = task.getSpec().shards();
        put(RunnerEnvironment.SHARDS, shards == 1 ? null : String.valueOf(shards));
        put(RunnerEnvironment.TIMEOUT, task.getSpec().timeout());
        Retry retry = task.getSpec().retry();
        if (retry != null) {
            put(RunnerEnvironment.RETRY_LIMIT, retry.limit() == null ? null : String.valueOf(retry.limit()));
            put(RunnerEnvironment.RETRY_INITIAL_DELAY, retry.initialDelay());
            put(RunnerEnvironment.RETRY_MAX_DELAY, retry.maxDelay());
        }
    }

    private void redis(RunnerSettings.Redis redis) {
        put(RunnerEnvironment.REDIS_HOST, redis.host().orElse(null));
        put(RunnerEnvironment.REDIS_PORT, redis.host().isPresent() ? redis.port() : null);
        put(RunnerEnvironment.REDIS_CACHE_ENABLED, String.valueOf(redis.cacheEnabled()));
        put(RunnerEnvironment.REDIS_DIR, redis.secret().isPresent() ? SecretVolume.REDIS_DIR : null);
    }

    /** Sets what the job-runner knows and an extra task needs. The variables of the catalog entry come last. */
    private void extra(CrmScheduledTask task, ExtraTask extra) {
        put(RunnerEnvironment.TASK, task.getSpec().task());
        put(RunnerEnvironment.TERMINATION_LOG, RunnerEnvironment.DEFAULT_TERMINATION_LOG);
        put(RunnerEnvironment.SECRET_DIR, extra.secret().isPresent() ? SecretVolume.EXTRA_DIR : null);
        new TreeMap<>(extra.environment()).forEach(this::put);
    }

    private void put(String name, @Nullable String value) {
        if (value != null) {
            variables.add(new EnvVar(name, value, null));
        }
    }

    static @Nullable String parameters(CrmScheduledTask task) {
        Parameters parameters = task.getSpec().parameters();
        return parameters == null ? null : CANONICAL.valueToTree(parameters).toString();
    }
}
