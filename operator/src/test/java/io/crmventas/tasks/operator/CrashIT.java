package io.crmventas.tasks.operator;

import static io.crmventas.tasks.operator.testing.Statuses.condition;
import static io.crmventas.tasks.operator.testing.Statuses.ready;
import static io.crmventas.tasks.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.testing.FakeCluster;
import io.crmventas.tasks.operator.testing.FaultyProxy.Moment;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.operator.testing.Successors;
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
 * An operator is killed at each of its writes, and another one follows. The end is the same as without a crash: one right
 * CronJob, each run recorded and counted once, each request run once, and no storm of writes.
 */
@ExtendWith(LocalApiServerExtension.class)
class CrashIT {
    private static final String TASK = "cleanup";

    /** What the owner of the task sees in the end, and what must not depend on crashes. */
    private record End(
            int cronJobs, String schedule, boolean suspended, List<String> requestedJobs, String lastRun, long runs) {}

    @Test
    void endsTheSameWhereverAnOperatorIsKilled(LocalApiServer server) throws Exception {
        Life whole = new Life(server, 0, Moment.BEFORE_THE_WRITE);
        assertEquals(
                new End(1, whole.end.schedule(), true, List.of("first"), "Succeeded", 1), whole.end, "without a crash");
        // Each life waits for watches most of the time, so some of them run at once.
        try (ExecutorService lives = Executors.newFixedThreadPool(3)) {
            List<Future<?>> crashes = new ArrayList<>();
            for (Moment moment : Moment.values()) {
                for (int write = 1; write <= whole.writes; write++) {
                    int fatal = write;
                    crashes.add(lives.submit(() -> endsTheSame(server, whole, fatal, moment)));
                }
            }
            for (Future<?> crash : crashes) {
                crash.get();
            }
            System.out.println(
                    "Operators killed, at " + whole.writes + " writes each before and after: " + crashes.size());
        }
    }

    private static void endsTheSame(LocalApiServer server, Life whole, int fatalWrite, Moment moment) {
        Life crashed = new Life(server, fatalWrite, moment);
        String when = "killed " + moment + " " + fatalWrite + " of " + whole.writes;
        assertEquals(whole.end, crashed.end, when);
        // The second operator can repeat all writes of the first one, but it writes no storm.
        assertTrue(crashed.writes <= 2 * whole.writes, () -> when + ": " + crashed.writes + " writes");
    }

    /** A task's life from its creation until it is disabled, with one scheduled run and one on request. */
    private static final class Life {
        private final End end;
        private final int writes;

        Life(LocalApiServer server, int fatalWrite, Moment moment) {
            try (OperatorHarness crm = OperatorHarness.start(server, Map.of("WATCH_NAMESPACES", "nowhere"));
                    Successors operators = new Successors(server, crm.namespace(), fatalWrite, moment)) {
                FakeCluster cluster = new FakeCluster(crm);
                // Not a divisor of the hour: the CronJob is made in several steps.
                crm.create(TASK, "{task: cleanup, interval: 7m}");
                crm.await(TASK, ready("True"));
                crm.awaitCronJob(TASK, it -> Boolean.FALSE.equals(it.getSpec().getSuspend()));

                Job job = cluster.scheduledJob(TASK);
                cluster.ends(cluster.pod(job), 0, "Completed", FakeCluster.report(RunResult.SUCCEEDED, null, null));
                cluster.completes(job);
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
                end = end(crm);
                writes = operators.writes();
            }
        }

        private static boolean observed(OperatorHarness crm) {
            var task = crm.task(TASK).get();
            return task.getMetadata().getGeneration().equals(status(crm).observedGeneration());
        }

        private static End end(OperatorHarness crm) {
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
            return new End(
                    cronJobs.size(),
                    cronJobs.getFirst().getSpec().getSchedule(),
                    Boolean.TRUE.equals(cronJobs.getFirst().getSpec().getSuspend()),
                    requested,
                    Objects.requireNonNull(status.lastRun()).result(),
                    Objects.requireNonNull(status.counters()).runs());
        }

        private static CrmScheduledTaskStatus status(OperatorHarness crm) {
            return Objects.requireNonNull(crm.task(TASK).get().reportedStatus());
        }
    }
}
