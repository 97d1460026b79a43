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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** An operator with the chart's role, on a real API server, and a namespace for the tasks of one test. */
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
            KubernetesClient operatorClient,
            Clock clock,
            StatusObserver... observers) {
        this.server = server;
        this.namespace = namespace;
        Map<String, String> settings = new HashMap<>(Map.of(
                "RUNNER_IMAGE", "localhost/crm/job-runner:test",
                "LEADER_ELECTION", "false",
                // No kubelet runs the preflights here. A test of preflights enables them and ends their Jobs itself.
                "PREFLIGHT", "false",
                "WATCH_NAMESPACES", namespace));
        settings.putAll(environment);
        config = OperatorConfig.from(settings);
        operator = new TaskOperator(
                config,
                operatorClient,
                clock,
                List.of(observers),
                new Leadership(config.leaderElection(), clock, () -> {}));
        operator.start();
    }

    public static OperatorHarness start(LocalApiServer server, Map<String, String> environment) {
        return start(server, environment, operatorClient(server), Clock.systemUTC());
    }

    public static OperatorHarness start(LocalApiServer server, StatusObserver... observers) {
        return start(server, Map.of(), operatorClient(server), Clock.systemUTC(), observers);
    }

    /** Returns a client with the operator's own role. A call without permission fails as it does in a cluster. */
    public static KubernetesClient operatorClient(LocalApiServer server) {
        return server.clientAs(OPERATOR);
    }

    public static OperatorHarness start(
            LocalApiServer server,
            Map<String, String> environment,
            KubernetesClient operatorClient,
            Clock clock,
            StatusObserver... observers) {
        server.apply(Path.of("../crds/crmscheduledtasks.crmventas.io.yaml"));
        server.apply(Path.of("src/test/resources/operator-role.yaml"));
        return new OperatorHarness(server, newNamespace(server), environment, operatorClient, clock, observers);
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

    /** Starts another operator with another namespace, on the same API server. */
    public OperatorHarness startWithNewNamespace(Map<String, String> environment, KubernetesClient operatorClient) {
        return new OperatorHarness(server, newNamespace(server), environment, operatorClient, Clock.systemUTC());
    }

    /** Starts another operator for the same namespace. Close this one before, unless the test needs two replicas. */
    public OperatorHarness restarted(StatusObserver... observers) {
        return new OperatorHarness(server, namespace, Map.of(), operatorClient(server), Clock.systemUTC(), observers);
    }

    public OperatorHarness restarted(Map<String, String> environment) {
        return new OperatorHarness(server, namespace, environment, operatorClient(server), Clock.systemUTC());
    }

    public OperatorHarness restarted(Map<String, String> environment, KubernetesClient operatorClient) {
        return new OperatorHarness(server, namespace, environment, operatorClient, Clock.systemUTC());
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

    /** Replaces the spec. The patch has no resource version, so a write of the operator is no conflict. */
    public void edit(String name, String specYaml) {
        String spec = Serialization.asJson(TestTasks.spec(specYaml));
        task(name)
                .patch(
                        PatchContext.of(PatchType.JSON),
                        "[{\"op\":\"replace\",\"path\":\"/spec\",\"value\":" + spec + "}]");
    }

    /** Sets an annotation. The operator then reconciles the task; a change of its status alone causes no reconcile. */
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

    /** Returns all Jobs in the namespace of the tasks. */
    public List<Job> jobs() {
        return client().batch().v1().jobs().inNamespace(namespace()).list().getItems();
    }

    /** Waits for a status that matches. If none comes, the error shows the last status. */
    public CrmScheduledTaskStatus await(String name, Predicate<CrmScheduledTaskStatus> wanted) {
        try {
            CrmScheduledTask task = task(name)
                    .waitUntilCondition(
                            now -> now != null
                                    && now.reportedStatus().observedGeneration() != null
                                    && wanted.test(now.reportedStatus()),
                            PATIENCE_SECONDS,
                            TimeUnit.SECONDS);
            return task.reportedStatus();
        } catch (RuntimeException late) {
            throw new AssertionError("status: " + task(name).get().getStatus(), late);
        }
    }

    /**
     * Waits until the operator's cache holds the current version of the task. HTTP and metrics read from this cache.
     */
    public void awaitCached(String name) {
        eventually(
                true,
                () -> operator.look().tasks().stream()
                        .filter(cached -> cached.id().equals(namespace + "/" + name))
                        .anyMatch(cached ->
                                version(cached).equals(version(task(name).get()))));
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

    /** Returns the writes that the operator requested until now, each with its verb and path. */
    public List<String> writes() {
        return server.auditLog().stream()
                .filter(line -> line.contains(OPERATOR))
                .filter(line -> line.contains("\"namespace\":\"" + namespace + "\""))
                .filter(line -> line.matches(".*\"verb\":\"(create|update|patch|delete|deletecollection)\".*"))
                .map(line -> line.replaceAll(".*\"requestURI\":\"([^\"]*)\",\"verb\":\"([^\"]*)\".*", "$2 $1"))
                .toList();
    }

    /** Returns the writes without Events. Events follow a write of the status, so their number can vary. */
    public List<String> writesBesideEvents() {
        return writes().stream().filter(write -> !write.contains("/events")).toList();
    }

    /** Waits for this number of writes, because the API server logs a write after the watches have reported it. */
    public List<String> writesBesideEvents(int number) {
        eventually(true, () -> writesBesideEvents().size() >= number);
        return writesBesideEvents();
    }

    @Override
    public void close() {
        operator.close();
    }
}
