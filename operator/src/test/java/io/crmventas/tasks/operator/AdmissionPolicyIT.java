package io.crmventas.tasks.operator;

import static io.crmventas.tasks.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.operator.testing.TestCronJobs;
import io.crmventas.tasks.testing.LocalApiServer;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.EnvFromSourceBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.HostAliasBuilder;
import io.fabric8.kubernetes.api.model.PodDNSConfigBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SeccompProfileBuilder;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The chart's admission policy limits what the operator's account can create and change. The operator runs with the
 * settings that the same chart gives it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdmissionPolicyIT {
    private static final String CHART = "../helm/crm-task-operator";
    private static final String VALUES = """
            databases: {reporting: {secretName: replica, key: uri}}
            redis: {host: crm-redis, secretName: crm-redis}
            runner:
              profiles:
                large:
                  serviceAccountName: runs
                  resources: {limits: {memory: 1Gi}}
                  nodeSelector: {kubernetes.io/os: linux}
                  tolerations: [{key: batch, operator: Exists}]
                  labels: {team: crm}
            extraTasks:
              invoices: {image: "registry.example/invoices:1", args: [run], check: [check], secretName: invoices, database: true}
            """;

    private final LocalApiServer server = LocalApiServer.start();
    private OperatorHarness crm;
    private KubernetesClient operator;
    private Job own;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        Path values = Files.writeString(folder.resolve("values.yaml"), VALUES);
        crm = OperatorHarness.start(server, environment(values));
        operator = OperatorHarness.operatorClient(server);
        crm.create("cleanup", "{task: cleanup, interval: 5m}");
        eventually(1, () -> crm.jobs().size());
        own = new JobBuilder(crm.jobs().getFirst())
                .withStatus(null)
                .editMetadata()
                .withName("stolen")
                .withUid(null)
                .withResourceVersion(null)
                .endMetadata()
                .editSpec()
                .withSelector(null)
                .editTemplate()
                .editMetadata()
                .removeFromLabels("controller-uid")
                .removeFromLabels("job-name")
                .removeFromLabels("batch.kubernetes.io/controller-uid")
                .removeFromLabels("batch.kubernetes.io/job-name")
                .endMetadata()
                .endTemplate()
                .endSpec()
                .build();
        server.apply(Files.writeString(folder.resolve("policy.yaml"), render(values, "rbac/admission.yaml")));
        // The API server enforces a new policy with a delay. Without this wait the first requests could pass.
        eventually(false, () -> allowed(changed(pod -> pod.setHostNetwork(true))));
    }

    @AfterAll
    void stop() {
        crm.close();
        server.close();
    }

    @Test
    void admitsTheOperatorsOwnCronJobsAndJobs() {
        crm.create("plain", "{task: notification-checks, interval: 5m}");
        crm.create(
                "sharded",
                "{task: metrics-refresh, interval: 7m, shards: 3, database: reporting, runnerProfile: large}");
        crm.create("extra", "{task: invoices, schedule: '0 2 * * *', runnerProfile: large}");
        for (String task : List.of("plain", "sharded", "extra")) {
            crm.awaitCronJob(task, now -> now.getSpec().getSuspend());
            eventually(
                    true,
                    () -> crm.jobs().stream()
                            .anyMatch(job -> job.getMetadata().getName().startsWith(task + "-check-")));
            crm.annotate(task, "crmventas.io/run-requested", "now");
            eventually(
                    true,
                    () -> crm.jobs().stream()
                            .anyMatch(job -> job.getMetadata().getName().startsWith(task)
                                    && !job.getMetadata().getName().contains("-check-")));
        }
        assertTrue(allowed(own));
    }

    @Test
    void allowsSuspendingACronJobWhoseImageIsNotInTheValues() {
        crm.create("old", "{task: daily-reports, interval: 5m}");
        crm.awaitCronJob("old", now -> true);
        CronJob cronJob = crm.cronJob("old").get();
        TestCronJobs.podSpec(cronJob).getContainers().getFirst().setImage("registry.example/earlier:1");
        cronJob.getMetadata().setName("earlier");
        cronJob.getMetadata().setUid(null);
        cronJob.getMetadata().setResourceVersion(null);
        cronJob.getSpec().setSuspend(false);
        crm.client().resource(cronJob).create();
        assertDoesNotThrow(() -> operator.batch()
                .v1()
                .cronjobs()
                .inNamespace(crm.namespace())
                .withName("earlier")
                .edit(now -> {
                    now.getSpec().setSuspend(true);
                    return now;
                }));
        assertRefused(
                "the image is neither",
                () -> operator.batch()
                        .v1()
                        .cronjobs()
                        .inNamespace(crm.namespace())
                        .withName("earlier")
                        .edit(now -> {
                            TestCronJobs.podSpec(now).getContainers().getFirst().setImage("registry.example/other:1");
                            return now;
                        }));
    }

    @Test
    void refusesToChangeOrDeleteACronJobOfAnotherClient() {
        crm.client().resource(TestCronJobs.foreign(crm.namespace(), "foreign")).create();
        var foreign =
                operator.batch().v1().cronjobs().inNamespace(crm.namespace()).withName("foreign");
        assertRefused(
                "changes and deletes only",
                () -> foreign.edit(now -> {
                    now.getSpec().setSuspend(true);
                    return now;
                }));
        assertRefused(
                "changes and deletes only",
                () -> foreign.subresource("status")
                        .patch(
                                PatchContext.of(PatchType.JSON_MERGE),
                                "{\"status\":{\"lastScheduleTime\":\"2026-01-01T00:00:00Z\"}}"));
        assertRefused("changes and deletes only", foreign::delete);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unsafePods")
    void refusesAnUnsafeJob(String what, String message, Consumer<PodSpec> change) {
        Job job = changed(change);
        assertRefused(message, () -> operator.resource(job).dryRun().create());
        assertDoesNotThrow(
                () -> crm.client().resource(job).dryRun().create(), "the policy does not apply to other clients");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unsafePods")
    void refusesAnUnsafeCronJob(String what, String message, Consumer<PodSpec> change) {
        CronJob cronJob = crm.awaitCronJob("cleanup", now -> true);
        cronJob.getMetadata().setName("stolen");
        cronJob.getMetadata().setUid(null);
        cronJob.getMetadata().setResourceVersion(null);
        change.accept(TestCronJobs.podSpec(cronJob));
        assertRefused(message, () -> operator.resource(cronJob).dryRun().create());
    }

    static Stream<Arguments> unsafePods() {
        String standard = "Pod Security Standard restricted";
        return Stream.of(
                pod("another service account", "the service account is", it -> it.setServiceAccountName("admin")),
                pod("its own service account", "the service account is", it -> {
                    it.setServiceAccountName(null);
                    it.setServiceAccount("crm-task-operator");
                }),
                pod("a token", "gets no token", it -> it.setAutomountServiceAccountToken(true)),
                pod("a token by default", "gets no token", it -> it.setAutomountServiceAccountToken(null)),
                container(
                        "an image that is not in the values",
                        "the image is neither",
                        it -> it.setImage("registry.example/evil:1")),
                pod("a second container", "has one container", it -> {
                    Container second = Serialization.clone(it.getContainers().getFirst());
                    second.setName("second");
                    it.getContainers().add(second);
                }),
                pod("an init container", "has one container", it -> {
                    Container first = Serialization.clone(it.getContainers().getFirst());
                    first.setName("first");
                    it.setInitContainers(List.of(first));
                }),
                pod(
                        "a hostPath",
                        "no volumes but",
                        it -> it.getVolumes()
                                .add(new VolumeBuilder()
                                        .withName("host")
                                        .withNewHostPath("/", "")
                                        .build())),
                pod(
                        "a ConfigMap",
                        "no volumes but",
                        it -> it.getVolumes()
                                .add(new VolumeBuilder()
                                        .withName("map")
                                        .withNewConfigMap()
                                        .withName("any")
                                        .endConfigMap()
                                        .build())),
                pod(
                        "a projected token",
                        "no volumes but",
                        it -> it.getVolumes()
                                .add(new VolumeBuilder()
                                        .withName("token")
                                        .withNewProjected()
                                        .addNewSource()
                                        .withNewServiceAccountToken()
                                        .withPath("token")
                                        .endServiceAccountToken()
                                        .endSource()
                                        .endProjected()
                                        .build())),
                pod(
                        "another Secret",
                        "the Secret is that of no entry",
                        it -> it.getVolumes()
                                .add(new VolumeBuilder()
                                        .withName("secret")
                                        .withNewSecret()
                                        .withSecretName("superuser")
                                        .endSecret()
                                        .build())),
                container(
                        "a Secret as variables",
                        "no variables from",
                        it -> it.setEnvFrom(List.of(new EnvFromSourceBuilder()
                                .withNewSecretRef("superuser", false)
                                .build()))),
                container("a Secret as a variable", "no variables from", it -> {
                    EnvVar stolen = new EnvVarBuilder()
                            .withName("STOLEN")
                            .withNewValueFrom()
                            .withNewSecretKeyRef("password", "superuser", false)
                            .endValueFrom()
                            .build();
                    it.getEnv().add(stolen);
                }),
                pod("another priority", "the PriorityClass is", it -> it.setPriorityClassName("system-node-critical")),
                pod("the node's network", "in no namespace of its node", it -> it.setHostNetwork(true)),
                pod("the node's processes", "in no namespace of its node", it -> it.setHostPID(true)),
                pod("the node's IPC", "in no namespace of its node", it -> it.setHostIPC(true)),
                pod(
                        "a host alias",
                        "in no namespace of its node",
                        it -> it.setHostAliases(List.of(new HostAliasBuilder()
                                .withIp("192.0.2.1")
                                .withHostnames("db")
                                .build()))),
                pod(
                        "another DNS server",
                        "in no namespace of its node",
                        it -> it.setDnsConfig(new PodDNSConfigBuilder()
                                .withNameservers("192.0.2.1")
                                .build())),
                pod("a node of its choice", "in no namespace of its node", it -> it.setNodeName("control-plane")),
                container(
                        "a port of the node",
                        "in no namespace of its node",
                        it -> it.setPorts(List.of(new ContainerPortBuilder()
                                .withContainerPort(80)
                                .withHostPort(80)
                                .build()))),
                pod("root", standard, it -> it.getSecurityContext().setRunAsUser(0L)),
                pod(
                        "a user that can be root",
                        standard,
                        it -> it.getSecurityContext().setRunAsNonRoot(null)),
                pod("no security context", standard, it -> it.setSecurityContext(null)),
                pod(
                        "no seccomp profile",
                        standard,
                        it -> it.getSecurityContext().setSeccompProfile(null)),
                container("privileged", standard, it -> {
                    it.getSecurityContext().setPrivileged(true);
                    it.getSecurityContext().setAllowPrivilegeEscalation(true);
                }),
                container(
                        "more privileges",
                        standard,
                        it -> it.getSecurityContext().setAllowPrivilegeEscalation(true)),
                container("no security context of the container", standard, it -> it.setSecurityContext(null)),
                container(
                        "root in the container",
                        standard,
                        it -> it.getSecurityContext().setRunAsUser(0L)),
                container(
                        "a capability",
                        standard,
                        it -> it.getSecurityContext().getCapabilities().setAdd(List.of("NET_ADMIN"))),
                container(
                        "capabilities by default",
                        standard,
                        it -> it.getSecurityContext().setCapabilities(null)),
                container(
                        "seccomp off",
                        standard,
                        it -> it.getSecurityContext()
                                .setSeccompProfile(new SeccompProfileBuilder()
                                        .withType("Unconfined")
                                        .build())));
    }

    private static Arguments pod(String what, String message, Consumer<PodSpec> change) {
        return Arguments.of(what, message, change);
    }

    private static Arguments container(String what, String message, Consumer<Container> change) {
        Consumer<PodSpec> first = pod -> change.accept(pod.getContainers().getFirst());
        return Arguments.of(what, message, first);
    }

    private Job changed(Consumer<PodSpec> change) {
        Job job = Serialization.clone(own);
        change.accept(job.getSpec().getTemplate().getSpec());
        return job;
    }

    private boolean allowed(Job job) {
        try {
            operator.resource(job).dryRun().create();
            return true;
        } catch (KubernetesClientException refused) {
            return false;
        }
    }

    private static void assertRefused(String message, Runnable call) {
        KubernetesClientException refusal = assertThrows(KubernetesClientException.class, call::run);
        assertEquals(422, refusal.getCode(), refusal.getMessage());
        assertTrue(String.valueOf(refusal.getMessage()).contains(message), refusal.getMessage());
    }

    /**
     * Returns the variables of the chart's Deployment. The variables for namespaces, leader election and control port
     * are left out, because they do not fit this API server.
     */
    private static Map<String, String> environment(Path values) {
        Deployment deployment =
                (Deployment) Serialization.unmarshal(render(values, "operator/deployment.yaml"), HasMetadata.class);
        Map<String, String> environment = new HashMap<>();
        deployment.getSpec().getTemplate().getSpec().getContainers().getFirst().getEnv().stream()
                .filter(variable -> variable.getValue() != null)
                .forEach(variable -> environment.put(variable.getName(), variable.getValue()));
        environment.keySet().removeAll(List.of("WATCH_NAMESPACES", "LEADER_ELECTION", "CONTROL_PORT"));
        return environment;
    }

    private static String render(Path values, String template) {
        return LocalApiServer.helm(
                "template",
                "crm-task-operator",
                CHART,
                "--namespace=crm-system",
                "--kube-version=1.34.4",
                "--values=" + CHART + "/ci/images.yaml",
                "--values=" + values,
                "--show-only=templates/" + template);
    }
}
