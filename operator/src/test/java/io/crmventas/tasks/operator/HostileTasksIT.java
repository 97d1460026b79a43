package io.crmventas.tasks.operator;

import static io.crmventas.tasks.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.Condition;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.operator.testing.RandomSpecs;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The operator writes a status for every random or hostile task that the API server accepts, with few writes. */
@ExtendWith(LocalApiServerExtension.class)
class HostileTasksIT {
    private static final int TASKS = 400;
    private static final long SEED = 20261125;
    /**
     * A task needs writes of the CronJob, its last schedule time, its release, a preflight Job, statuses and Events.
     */
    private static final int MOST_WRITES = 10;

    @Test
    void writesAStatusForEveryAcceptedTask(LocalApiServer server) {
        try (OperatorHarness crm = OperatorHarness.start(server)) {
            RandomSpecs specs = new RandomSpecs(SEED);
            long accepted = 0;
            for (int number = 0; number < TASKS; number++) {
                accepted += create(crm, "task-" + number, specs.next()) ? 1 : 0;
            }
            assertTrue(accepted > TASKS / 10, accepted + " accepted: too few for this test");
            eventually(
                    List.of(),
                    () -> tasks(crm).stream()
                            .filter(task -> !hasCurrentStatus(task))
                            .map(task -> task.getMetadata().getName())
                            .toList());
            for (CrmScheduledTask task : tasks(crm)) {
                assertConsistent(task, crm.cronJob(task.getMetadata().getName()).get());
            }
            long writes = crm.writes().size();
            assertTrue(writes <= accepted * MOST_WRITES, writes + " writes for " + accepted + " tasks");
            System.out.println("Random tasks: " + TASKS + ", accepted: " + accepted + ", writes: " + writes);
        }
    }

    /**
     * A ready task has a CronJob with the suspension of its spec. A task that is not ready has a message and no runs.
     */
    private static void assertConsistent(CrmScheduledTask task, CronJob cronJob) {
        Condition ready = conditions(task).stream()
                .filter(condition -> condition.type().equals("Ready"))
                .findFirst()
                .orElseThrow();
        if (ready.status().equals("True")) {
            assertNotNull(cronJob, () -> "no CronJob of " + task);
            assertEquals(!task.getSpec().enabled(), cronJob.getSpec().getSuspend(), () -> "suspension of " + task);
        } else {
            assertTrue(ready.message().length() > 20, () -> "the message is too short: " + ready);
            assertTrue(
                    cronJob == null || cronJob.getSpec().getSuspend(), () -> "not ready, but not suspended: " + task);
        }
    }

    private static boolean create(OperatorHarness crm, String name, Map<String, Object> spec) {
        GenericKubernetesResource task = new GenericKubernetesResource();
        task.setApiVersion("crmventas.io/v1alpha1");
        task.setKind("CrmScheduledTask");
        task.setMetadata(new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(crm.namespace())
                .build());
        task.setAdditionalProperty("spec", spec);
        try {
            crm.client().resource(task).create();
            return true;
        } catch (KubernetesClientException refused) {
            assertTrue(refused.getCode() == 400 || refused.getCode() == 422, refused::getMessage);
            return false;
        }
    }

    private static List<CrmScheduledTask> tasks(OperatorHarness crm) {
        return crm.client()
                .resources(CrmScheduledTask.class)
                .inNamespace(crm.namespace())
                .list()
                .getItems();
    }

    private static boolean hasCurrentStatus(CrmScheduledTask task) {
        return task.reportedStatus().observedGeneration() != null
                && Objects.equals(
                        task.reportedStatus().observedGeneration(),
                        task.getMetadata().getGeneration());
    }

    private static List<Condition> conditions(CrmScheduledTask task) {
        return task.reportedStatus().conditions();
    }
}
