package io.crmventas.tasks.operator;

import static io.crmventas.tasks.operator.testing.Statuses.condition;
import static io.crmventas.tasks.operator.testing.Statuses.message;
import static io.crmventas.tasks.operator.testing.Statuses.reason;
import static io.crmventas.tasks.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.operator.config.OperatorConfig;
import io.crmventas.tasks.operator.testing.SteppingClock;
import io.crmventas.tasks.operator.testing.TestTasks;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The operator's account has no permission to read the ConfigMap that pauses all tasks. */
@ExtendWith(LocalApiServerExtension.class)
class UnreadablePauseIT {
    private static final String NAMESPACE = "unreadable-pause";

    /** The operator needs two minutes to start, because JOSDK waits as long for the refused watch. */
    @Test
    void startsNoScheduledRunAndAsksForARestart(LocalApiServer server) {
        server.apply(Path.of("../crds/crmscheduledtasks.crmventas.io.yaml"));
        server.apply(Path.of("src/test/resources/operator-role.yaml"));
        server.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .endMetadata()
                        .build())
                .create();
        server.client()
                .resource(new RoleBindingBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName("crm-task-operator")
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "crm-task-operator")
                        .addNewSubject("", "ServiceAccount", NAMESPACE, "crm-system")
                        .build())
                .create();
        server.client()
                .resource(TestTasks.task(NAMESPACE, "cleanup", "{task: cleanup, interval: 5m}"))
                .create();
        OperatorConfig config = OperatorConfig.from(Map.of(
                "RUNNER_IMAGE", "localhost/crm/job-runner:test",
                "LEADER_ELECTION", "false",
                "PREFLIGHT", "false",
                "POD_NAMESPACE", "crm-system",
                "WATCH_NAMESPACES", NAMESPACE));
        SteppingClock clock = new SteppingClock(Instant.now());
        try (KubernetesClient client = server.clientAs("system:serviceaccount:crm-system:" + NAMESPACE);
                TaskOperator operator = new TaskOperator(
                        config, client, clock, List.of(), new Leadership(Optional.empty(), clock, () -> {}))) {
            operator.start();
            CrmScheduledTask task = server.client()
                    .resources(CrmScheduledTask.class)
                    .inNamespace(NAMESPACE)
                    .withName("cleanup")
                    .waitUntilCondition(
                            found -> found != null
                                    && found.reportedStatus() != null
                                    && condition("Suspended", "True").test(found.reportedStatus()),
                            60,
                            TimeUnit.SECONDS);
            CrmScheduledTaskStatus status = Objects.requireNonNull(task.reportedStatus());
            assertEquals("GloballyPaused", reason(status, "Suspended"));
            String message = message(status, "Suspended");
            assertTrue(message.contains("cannot read ConfigMap crm-task-operator-pause"), message);
            assertTrue(server.client()
                    .batch()
                    .v1()
                    .cronjobs()
                    .inNamespace(NAMESPACE)
                    .withName("cleanup")
                    .get()
                    .getSpec()
                    .getSuspend());

            assertFalse(operator.look().watching());
            eventually(true, () -> {
                clock.advance(Liveness.WATCH_AWAY.plusMinutes(1));
                return operator.standstill().isPresent();
            });
        }
    }
}
