package io.crmventas.tasks.operator;

import static io.crmventas.tasks.operator.testing.Statuses.condition;
import static io.crmventas.tasks.operator.testing.Statuses.ready;
import static io.crmventas.tasks.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.testing.CrashingOperator;
import io.crmventas.tasks.operator.testing.FakeCluster;
import io.crmventas.tasks.operator.testing.FaultyProxy.Moment;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The test kills an operator at each of its writes, and another operator replaces it. The result is the same as without
 * a crash: one correct CronJob, each run recorded and counted once, each request run once, and few writes.
 */
@ExtendWith(LocalApiServerExtension.class)
class CrashIT {
    private static final String TASK = "cleanup";

    /** The owner of the task sees this at the end of the test. It must not depend on crashes. */
    private record Result(
            int cronJobs, String schedule, boolean suspended, List<String> requestedJobs, String lastRun, long runs) {}

    @Test
    void aCrashAtAnyWriteDoesNotChangeTheResult(LocalApiServer server) throws Exception {
        Lifecycle undisturbed = new Lifecycle(server, 0, Moment.BEFORE_THE_WRITE);
        assertEquals(
                new Result(1, undisturbed.result.schedule(), true, List.of("first"), "Succeeded", 1),
                undisturbed.result,
                "without a crash");
        // A lifecycle waits for watches most of the time, so the test runs three of them at once.
        try (ExecutorService lifecycles = Executors.newFixedThreadPool(3)) {
            List<Future<?>> crashes = new ArrayList<>();
            for (Moment moment : Moment.values()) {
                for (int write = 1; write <= undisturbed.writes; write++) {
                    int fatal = write;
                    crashes.add(lifecycles.submit(() -> assertSameResult(server, undisturbed, fatal, moment)));
                }
            }
            for (Future<?> crash : crashes) {
                crash.get();
            }
            System.out.println(
                    "Operators killed, at " + undisturbed.writes + " writes each before and after: " + crashes.size());
        }
    }

    private static void assertSameResult(LocalApiServer server, Lifecycle undisturbed, int fatalWrite, Moment moment) {
        Lifecycle crashed = new Lifecycle(server, fatalWrite, moment);
        String when = "killed " + moment + " " + fatalWrite + " of " + undisturbed.writes;
        assertEquals(undisturbed.result, crashed.result, when);
        // The second operator can repeat all writes of the first one, but not more.
        assertTrue(crashed.writes <= 2 * undisturbed.writes, () -> when + ": " + crashed.writes + " writes");
    }

    /** The lifecycle of a task from its creation until it is disabled, with one scheduled run and one requested run. */
    private static final class Lifecycle {
        private final Result result;
        private final int writes;

        Lifecycle(LocalApiServer server, int fatalWrite, Moment moment) {
            try (OperatorHarness crm = OperatorHarness.start(server, Map.of("WATCH_NAMESPACES", "nowhere"));
                    CrashingOperator operators = new CrashingOperator(server, crm.namespace(), fatalWrite, moment)) {
                FakeCluster cluster = new FakeCluster(crm);
                // 7 minutes do not divide the hour, so the operator creates the CronJob in several writes.
                crm.create(TASK, "{task: cleanup, interval: 7m}");
                crm.await(TASK, ready("True"));
                crm.awaitCronJob(TASK, it -> Boolean.FALSE.equals(it.getSpec().getSuspend()));

                Job job = cluster.scheduledJob(TASK);
                cluster.endPod(cluster.pod(job), 0, "Completed", FakeCluster.report(RunResult.SUCCEEDED, null, null));
                cluster.completeJob(job);
                crm.await(TASK, now -> now.lastRun() != null);

                crm.task(TASK)
                        .patch(
                                PatchContext.of(PatchType.JSON_MERGE),
                                "{\"metadata\":{\"annotations\":{\"crmventas.io/run-requested\":\"first\"}}}");
                crm.await(TASK, now -> "first".equals(now.lastHandledRunRequest()));

                crm.edit(TASK, "{task: cleanup, interval: 11m}");
                crm.awaitCronJob(TASK, it -> it.getSpec().getSchedule().contains("11m"));
                crm.edit(TASK, "{task: cleanup, interval: 11m, enabled: false}");
                crm.await(TASK, condition("Suspended", "True"));
                eventually(true, () -> observed(crm));
                result = result(crm);
                writes = operators.writes();
            }
        }

        private static boolean observed(OperatorHarness crm) {
            var task = crm.task(TASK).get();
            return task.getMetadata().getGeneration().equals(status(crm).observedGeneration());
        }

        private static Result result(OperatorHarness crm) {
            var cronJobs = crm.client()
                    .batch()
                    .v1()
                    .cronjobs()
                    .inNamespace(crm.namespace())
                    .list()
                    .getItems();
            List<String> requested =
                    crm.client().batch().v1().jobs().inNamespace(crm.namespace()).list().getItems().stream()
                            .map(job -> job.getMetadata().getAnnotations().get("crmventas.io/run-requested"))
                            .filter(Objects::nonNull)
                            .toList();
            CrmScheduledTaskStatus status = status(crm);
            return new Result(
                    cronJobs.size(),
                    cronJobs.getFirst().getSpec().getSchedule(),
                    Boolean.TRUE.equals(cronJobs.getFirst().getSpec().getSuspend()),
                    requested,
                    Objects.requireNonNull(status.lastRun()).result(),
                    Objects.requireNonNull(status.counters()).runs());
        }

        private static CrmScheduledTaskStatus status(OperatorHarness crm) {
            return crm.task(TASK).get().reportedStatus();
        }
    }
}
