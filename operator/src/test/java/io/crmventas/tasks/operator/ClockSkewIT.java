package io.crmventas.tasks.operator;

import static io.crmventas.tasks.operator.testing.Statuses.condition;
import static io.crmventas.tasks.operator.testing.Statuses.ready;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Counters;
import io.crmventas.tasks.operator.testing.FakeCluster;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.operator.testing.ScheduledJobs;
import io.crmventas.tasks.testing.LocalApiServer;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two operators have wrong clocks. Kubernetes' own CronJob controller starts the runs, in real minutes. */
class ClockSkewIT {
    private static final Duration SKEW = Duration.ofSeconds(90);

    private static final int RUNS = 3;
    /** The operator can write the status of a run in two steps. */
    private static final int SPARE_WRITES = RUNS;

    private static LocalApiServer server;
    private static List<Skewed> operators;

    private static final class Skewed implements AutoCloseable {
        private final Duration skew;
        private final KubernetesClient client;
        private final OperatorHarness crm;
        private final ScheduledJobs jobs;
        private final FakeCluster cluster;
        private final List<Instant> scheduledTimes = new ArrayList<>();

        Skewed(Duration skew) {
            this.skew = skew;
            ServerClock clock = new ServerClock(Clock.offset(Clock.systemUTC(), skew));
            client = new KubernetesClientBuilder()
                    .withConfig(OperatorHarness.operatorClient(server).getConfiguration())
                    .withHttpClientBuilderConsumer(clock::listenTo)
                    .build();
            crm = OperatorHarness.start(server, Map.of(), client, clock);
            jobs = new ScheduledJobs(crm);
            cluster = new FakeCluster(crm);
        }

        void awaitRun(int number) {
            Job job = jobs.await("minutes", other -> !scheduledTimes.contains(jobs.scheduledTime(other)));
            scheduledTimes.add(jobs.scheduledTime(job));
            cluster.completeJob(cluster.start(job));
            crm.await("minutes", now -> now.history().size() == number);
        }

        @Override
        public void close() {
            crm.close();
            client.close();
        }

        @Override
        public String toString() {
            return "the operator whose clock differs by " + skew;
        }
    }

    @BeforeAll
    static void start() {
        server = LocalApiServer.start();
        server.startControllers("cronjob-controller");
        operators = List.of(new Skewed(SKEW), new Skewed(SKEW.negated()));
    }

    @AfterAll
    static void stop() {
        operators.forEach(Skewed::close);
        server.close();
    }

    @Test
    void startsOneRunAMinuteAndCountsNoneAsMissed() {
        operators.forEach(it -> it.crm.create("minutes", "{task: cleanup, interval: 1m}"));
        operators.forEach(it -> it.crm.await("minutes", ready("True")));
        for (int run = 1; run <= RUNS; run++) {
            for (Skewed it : operators) {
                it.awaitRun(run);
            }
        }
        for (Skewed it : operators) {
            Instant first = it.scheduledTimes.getFirst();
            assertEquals(
                    List.of(first, first.plusSeconds(60), first.plusSeconds(120)), it.scheduledTimes, it::toString);
            CrmScheduledTaskStatus status = it.crm.task("minutes").get().reportedStatus();
            Counters counters = status.counters() == null ? Counters.ZERO : status.counters();
            assertEquals(0, counters.missed() + counters.skipped(), () -> it + ": " + status);
            List<String> writes = it.crm.writes().stream()
                    .filter(write -> write.contains("minutes"))
                    .toList();
            // The operator writes the CronJob once, and the status for a new task, a started run and an ended run.
            assertTrue(writes.size() <= 2 + 2 * RUNS + SPARE_WRITES, () -> it + ": " + writes);
        }
    }

    @Test
    void resumeStartsNoMissedRun() {
        for (Skewed it : operators) {
            // The scheduled time came less than a minute ago. By a clock that is behind, it is still in the future.
            ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC);
            String schedule = "%d %d * * *".formatted(now.getMinute(), now.getHour());
            it.crm.create("resumed", "{task: cleanup, schedule: '" + schedule + "', enabled: false}");
            it.crm.await("resumed", condition("Suspended", "True"));
            it.jobs.backdate("resumed", Instant.now().minus(Duration.ofHours(20)));
            it.crm.edit("resumed", "{task: cleanup, schedule: '" + schedule + "'}");
            it.crm.await("resumed", condition("Suspended", "False"));
            String witness = it.jobs.foreignCronJob("0 0 1 1 *");
            it.jobs.backdate(witness, Instant.now().minus(Duration.ofDays(731)));
            it.jobs.awaitOne(witness);
            assertEquals(List.of(), it.jobs.list("resumed"), it::toString);
        }
    }
}
