package io.crmventas.tasks.operator.testing;

import static io.crmventas.tasks.testing.Eventually.eventually;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.operator.Leadership;
import io.crmventas.tasks.operator.TaskOperator;
import io.crmventas.tasks.operator.config.OperatorConfig;
import io.crmventas.tasks.operator.status.StatusObserver;
import io.crmventas.tasks.testing.LocalApiServer;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** An operator under the role that the chart gives it, on a real API server, and a namespace to work in. */
public final class OperatorHarness implements AutoCloseable {
    /** The account of the operator, whose role limits what it may do. */
    public static final String OPERATOR = "system:serviceaccount:crm-system:crm-task-operator";

    private static final AtomicInteger NAMESPACES = new AtomicInteger();
    private static final long PATIENCE_SECONDS = 20;

    private final LocalApiServer server;
    private final OperatorConfig config;
    private final TaskOperator operator;
    private final String namespace;

    private OperatorHarness(
            LocalApiServer server,
            String namespace,
            Map<String, String> environment,
            KubernetesClient itsClient,
            Clock clock,
            StatusObserver... observers) {
        this.server = server;
        this.namespace = namespace;
        Map<String, String> settings = new HashMap<>(Map.of(
                "RUNNER_IMAGE", "localhost/crm/job-runner:test",
                "LEADER_ELECTION", "false",
                // A kubelet would have to run the checks; who tests them turns them on and is the kubelet.
                "PREFLIGHT", "false",
                "WATCH_NAMESPACES", namespace));
        settings.putAll(environment);
        config = OperatorConfig.from(settings);
        operator = new TaskOperator(
                config, itsClient, clock, List.of(observers), new Leadership(config.leaderElection(), clock, () -> {}));
        operator.start();
    }

    public static OperatorHarness start(LocalApiServer server, Map<String, String> environment) {
        return start(server, environment, itsClient(server), Clock.systemUTC());
    }

    public static OperatorHarness start(LocalApiServer server, StatusObserver... observers) {
        return start(server, Map.of(), itsClient(server), Clock.systemUTC(), observers);
    }

    /** Its own client: what the operator is not allowed to do fails here as it would in a cluster. */
    public static KubernetesClient itsClient(LocalApiServer server) {
        return server.clientAs(OPERATOR);
    }

    public static OperatorHarness start(
            LocalApiServer server,
            Map<String, String> environment,
            KubernetesClient itsClient,
            Clock clock,
            StatusObserver... observers) {
        server.apply(Path.of("../crds/crmscheduledtasks.crmventas.io.yaml"));
        server.apply(Path.of("src/test/resources/operator-role.yaml"));
        return new OperatorHarness(server, newNamespace(server), environment, itsClient, clock, observers);
    }

    private static String newNamespace(LocalApiServer server) {
        String namespace = "test-" + NAMESPACES.incrementAndGet() + "-"
                + ProcessHandle.current().pid();
        server.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
        return namespace;
    }

    /** Another operator for a namespace of its own, on the same API server. */
    public OperatorHarness beside(Map<String, String> environment, KubernetesClient itsClient) {
        return new OperatorHarness(server, newNamespace(server), environment, itsClient, Clock.systemUTC());
    }

    /** Another operator for the same namespace; this one must be closed before. */
    public OperatorHarness restarted(StatusObserver... observers) {
        return new OperatorHarness(server, namespace, Map.of(), itsClient(server), Clock.systemUTC(), observers);
    }

    public OperatorHarness restarted(Map<String, String> environment) {
        return new OperatorHarness(server, namespace, environment, itsClient(server), Clock.systemUTC());
    }

    public OperatorHarness restarted(Map<String, String> environment, KubernetesClient itsClient) {
        return new OperatorHarness(server, namespace, environment, itsClient, Clock.systemUTC());
    }

    public KubernetesClient client() {
        return server.client();
    }

    public String namespace() {
        return namespace;
    }

    public OperatorConfig config() {
        return config;
    }

    public TaskOperator operator() {
        return operator;
    }

    public CrmScheduledTask create(String name, String specYaml) {
        return client().resource(TestTasks.task(namespace, name, specYaml)).create();
    }

    /** Replaces the spec as it is, without a resource version: the operator's own writes are no conflict. */
    public void edit(String name, String specYaml) {
        String spec = Serialization.asJson(TestTasks.spec(specYaml));
        task(name)
                .patch(
                        PatchContext.of(PatchType.JSON),
                        "[{\"op\":\"replace\",\"path\":\"/spec\",\"value\":" + spec + "}]");
    }

    /** Any annotation makes the operator look at the task anew; to its own statuses it does not listen. */
    public void annotate(String name, String key, String value) {
        task(name)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"annotations\":{\"" + key + "\":\"" + value + "\"}}}");
    }

    public Resource<CrmScheduledTask> task(String name) {
        return client().resources(CrmScheduledTask.class).inNamespace(namespace).withName(name);
    }

    public Resource<CronJob> cronJob(String name) {
        return client().batch().v1().cronjobs().inNamespace(namespace).withName(name);
    }

    /** All Jobs in the namespace of the tasks. */
    public List<Job> jobs() {
        return client().batch().v1().jobs().inNamespace(namespace()).list().getItems();
    }

    /** Waits until the status is as wanted; fails with the last one seen. */
    public CrmScheduledTaskStatus await(String name, Predicate<CrmScheduledTaskStatus> wanted) {
        try {
            CrmScheduledTask task = task(name)
                    .waitUntilCondition(
                            now -> now != null && now.reportedStatus() != null && wanted.test(now.reportedStatus()),
                            PATIENCE_SECONDS,
                            TimeUnit.SECONDS);
            return Objects.requireNonNull(task.reportedStatus());
        } catch (RuntimeException late) {
            throw new AssertionError("status: " + task(name).get().getStatus(), late);
        }
    }

    /** Waits until the operator's own cache, from which HTTP and metrics tell, holds the task as it is now. */
    public void awaitCached(String name) {
        eventually(
                true,
                () -> operator.look().named(name).stream()
                        .filter(row -> row.namespace().equals(namespace))
                        .anyMatch(row -> version(row.resource())
                                .equals(version(task(name).get()))));
    }

    private static String version(CrmScheduledTask task) {
        return task.getMetadata().getResourceVersion();
    }

    public CronJob awaitCronJob(String name, Predicate<CronJob> wanted) {
        try {
            return cronJob(name)
                    .waitUntilCondition(now -> now != null && wanted.test(now), PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (RuntimeException late) {
            throw new AssertionError("CronJob: " + cronJob(name).get(), late);
        }
    }

    /** Writes that the operator asked for so far, as verb and path. */
    public List<String> writes() {
        return server.auditLog().stream()
                .filter(line -> line.contains(OPERATOR))
                .filter(line -> line.contains("\"namespace\":\"" + namespace + "\""))
                .filter(line -> line.matches(".*\"verb\":\"(create|update|patch|delete|deletecollection)\".*"))
                .map(line -> line.replaceAll(".*\"requestURI\":\"([^\"]*)\",\"verb\":\"([^\"]*)\".*", "$2 $1"))
                .toList();
    }

    /** The same without Events, which only follow a status. */
    public List<String> writesBesideEvents() {
        return writes().stream().filter(write -> !write.contains("/events")).toList();
    }

    @Override
    public void close() {
        operator.close();
    }
}
