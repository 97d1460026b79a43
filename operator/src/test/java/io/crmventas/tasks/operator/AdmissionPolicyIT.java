package io.crmventas.tasks.operator;

import static io.crmventas.tasks.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.operator.testing.TestCronJobs;
import io.crmventas.tasks.testing.LocalApiServer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.zjsonpatch.JsonPatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The chart's admission policy limits what the operator's account can create and change. The operator runs with the
 * settings that the same chart gives it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdmissionPolicyIT {
    private static final String CHART = "../helm/crm-task-operator";
    private static final String UNSAFE_PODS = "/unsafe-pods.csv";
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
        eventually(false, () -> allowed(changed("/hostNetwork", "true")));
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

    /** The values can have other names than when the CronJob was created, so the pod can break every rule. */
    @Test
    void allowsSuspendingACronJobThatTheValuesNoLongerAllow() {
        CronJob earlier = TestCronJobs.foreign(crm.namespace(), "earlier");
        earlier.getMetadata().setLabels(Map.of("app.kubernetes.io/managed-by", "crm-task-operator"));
        template(earlier).setSpec(Serialization.unmarshal("""
                serviceAccountName: earlier
                priorityClassName: earlier
                hostNetwork: true
                restartPolicy: Never
                containers:
                  - {name: runner, image: "registry.example/earlier:1", envFrom: [{secretRef: {name: earlier}}]}
                  - {name: second, image: "registry.example/earlier:1"}
                volumes:
                  - {name: earlier, secret: {secretName: earlier}}
                  - {name: map, configMap: {name: earlier}}
                """, PodSpec.class));
        crm.client().resource(earlier).create();
        Resource<CronJob> live = cronJobOfTheOperator("earlier");
        assertDoesNotThrow(() -> live.edit(AdmissionPolicyIT::suspended));
        assertRefused(
                "has one container",
                () -> live.edit(now -> {
                    TestCronJobs.podSpec(now).getContainers().getFirst().setImage("registry.example/other:1");
                    return now;
                }));
    }

    @Test
    void allowsSuspendingAndDeletingACronJobThatLostItsLabelsButHasATaskAsOwner() {
        CronJob owned = TestCronJobs.foreign(crm.namespace(), "owned");
        owned.getMetadata().setOwnerReferences(List.of(owner("crmventas.io/v1alpha1", "CrmScheduledTask")));
        crm.client().resource(owned).create();
        Resource<CronJob> live = cronJobOfTheOperator("owned");
        assertDoesNotThrow(() -> live.edit(AdmissionPolicyIT::suspended));
        assertDoesNotThrow(() -> live.delete());
    }

    @Test
    void refusesToChangeOrDeleteACronJobOfAnotherClient() {
        CronJob plain = TestCronJobs.foreign(crm.namespace(), "plain-foreign");
        plain.getMetadata().setLabels(Map.of("app", "other"));
        CronJob managed = TestCronJobs.foreign(crm.namespace(), "managed-foreign");
        managed.getMetadata().setLabels(Map.of("app.kubernetes.io/managed-by", "Helm"));
        managed.getMetadata().setOwnerReferences(List.of(owner("apps/v1", "Deployment")));
        for (CronJob cronJob : List.of(plain, managed)) {
            crm.client().resource(cronJob).create();
            Resource<CronJob> foreign =
                    cronJobOfTheOperator(cronJob.getMetadata().getName());
            assertRefused("changes and deletes only", () -> foreign.edit(AdmissionPolicyIT::suspended));
            assertRefused(
                    "changes and deletes only",
                    () -> foreign.subresource("status")
                            .patch(
                                    PatchContext.of(PatchType.JSON_MERGE),
                                    "{\"status\":{\"lastScheduleTime\":\"2026-01-01T00:00:00Z\"}}"));
            assertRefused("changes and deletes only", foreign::delete);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    /securityContext/runAsUser                 | 1
                    /containers/0/securityContext/runAsUser    | 1
                    /containers/0/securityContext/runAsNonRoot | true
                    /containers/0/securityContext/privileged   | false
                    /hostNetwork                               | false
                    /serviceAccountName                        | runs
                    /volumes/-                                 | {name: more, secret: {secretName: replica}}
                    """)
    void admitsWhatAWebhookOrAnotherProfileMaySet(String path, String value) {
        assertDoesNotThrow(
                () -> operator.resource(changed(path, value)).dryRun().create());
    }

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = UNSAFE_PODS, delimiter = '|')
    void refusesAnUnsafeJob(String what, String message, String path, String value) {
        Job job = changed(path, value);
        assertRefused(message, () -> operator.resource(job).dryRun().create());
        assertDoesNotThrow(
                () -> crm.client().resource(job).dryRun().create(), "the policy does not apply to other clients");
    }

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = UNSAFE_PODS, delimiter = '|')
    void refusesAnUnsafeCronJob(String what, String message, String path, String value) {
        CronJob cronJob = crm.awaitCronJob("cleanup", now -> true);
        cronJob.getMetadata().setName("stolen");
        cronJob.getMetadata().setUid(null);
        cronJob.getMetadata().setResourceVersion(null);
        template(cronJob).setSpec(changed(TestCronJobs.podSpec(cronJob), path, value));
        assertRefused(message, () -> operator.resource(cronJob).dryRun().create());
    }

    private Job changed(String path, @Nullable String value) {
        Job job = Serialization.clone(own);
        PodTemplateSpec template = job.getSpec().getTemplate();
        template.setSpec(changed(template.getSpec(), path, value));
        return job;
    }

    private static PodTemplateSpec template(CronJob cronJob) {
        return cronJob.getSpec().getJobTemplate().getSpec().getTemplate();
    }

    private static CronJob suspended(CronJob cronJob) {
        cronJob.getSpec().setSuspend(true);
        return cronJob;
    }

    private static OwnerReference owner(String apiVersion, String kind) {
        return new OwnerReferenceBuilder()
                .withApiVersion(apiVersion)
                .withKind(kind)
                .withName("any")
                .withUid("7b1c2a9e-0000-4000-8000-000000000001")
                .build();
    }

    private Resource<CronJob> cronJobOfTheOperator(String name) {
        return operator.batch().v1().cronjobs().inNamespace(crm.namespace()).withName(name);
    }

    /** Sets the field at this JSON pointer; without a value it removes the field. */
    private static PodSpec changed(PodSpec pod, String path, @Nullable String value) {
        String operation = value == null ? "- {op: remove, path: %s}" : "- {op: add, path: %s, value: %s}";
        JsonNode patch = Serialization.unmarshal(operation.formatted(path, value), JsonNode.class);
        JsonNode before = Serialization.unmarshal(Serialization.asJson(pod), JsonNode.class);
        return Serialization.unmarshal(JsonPatch.apply(patch, before).toString(), PodSpec.class);
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
