package io.crmventas.tasks.operator;

import static io.crmventas.tasks.operator.testing.Statuses.ready;
import static io.crmventas.tasks.testing.Eventually.within;
import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Counters;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.testing.FakeCluster;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.operator.testing.OperatorProcess;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Ten thousand runs end while one real operator process leads, with the options of its image and the chart's memory
 * limit. Kubernetes' history limits delete each Job and its pod when {@link #KEPT} more have ended.
 * {@code -Dsoak.runs=…} sets another number of runs.
 */
@ExtendWith(LocalApiServerExtension.class)
class SoakIT {
    private static final int RUNS = Integer.getInteger("soak.runs", 10_000);
    private static final int TASKS = 20;
    private static final int KEPT = 3;
    private static final int STEPS = 10;
    private static final int DRIVERS = 8;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /**
     * The live objects can grow by this factor, because their size varies with the current work. The framework also
     * keeps a replaced timer for five minutes. A leak of Jobs would exceed this factor, because a Job needs kilobytes.
     */
    private static final double MOST_GROWTH = 1.1;

    /** The thread pools of the HTTP client end idle threads and start them again. */
    private static final int MORE_THREADS = 10;

    private static final Pattern TOTAL = Pattern.compile("^Total +\\d+ +(\\d+)", Pattern.MULTILINE);
    /** The garbage collector fills free space between old objects with these arrays. */
    private static final Pattern FILLER = Pattern.compile("(\\d+) +\\Q[Ljdk.internal.vm.FillerElement;\\E");

    /** These sizes must not grow. The test measures them while the operator has no work. */
    private record Size(
            long liveBytes, long residentKilobytes, long threads, long watches, long series, long jobs, long pods) {}

    @Test
    void countsEveryRunOnceAndDoesNotGrow(LocalApiServer server) throws Exception {
        try (OperatorHarness crm = OperatorHarness.start(server, Map.of("WATCH_NAMESPACES", "nowhere"));
                OperatorProcess operator = OperatorProcess.start(
                        server, crm, "soak", "@src/main/image/app/java.options", "-XX:MaxRAM=384m");
                ExecutorService drivers = Executors.newFixedThreadPool(DRIVERS)) {
            operator.awaitLeading(crm, PATIENCE);
            names().forEach(name ->
                    crm.create(name, "{task: cleanup, schedule: '0 0 1 1 *', history: {succeeded: " + KEPT + "}}"));
            names().forEach(name -> crm.await(name, ready("True")));
            FakeCluster cluster = new FakeCluster(crm);
            Map<String, Queue<Runnable>> kept =
                    names().collect(toMap(name -> name, name -> new ConcurrentLinkedQueue<>()));
            List<Size> sizes = new ArrayList<>();
            long start = System.nanoTime();
            for (int step = 1; step <= STEPS; step++) {
                List<Future<?>> work = new ArrayList<>();
                for (int run = 0; run < RUNS / STEPS; run++) {
                    String task = "task-" + run % TASKS;
                    work.add(drivers.submit(() -> runOnce(crm, cluster, task, kept.get(task))));
                }
                for (Future<?> one : work) {
                    one.get();
                }
                long runsPerTask = (long) step * RUNS / STEPS / TASKS;
                awaitCounted(crm, runsPerTask);
                String metrics = operator.get("/metrics");
                assertEquals(runsPerTask * TASKS, sum(metrics, "crm_task_runs_total"));
                sizes.add(size(server, operator, metrics));
                System.out.printf(
                        "%d runs in %d s: %s%n",
                        runsPerTask * TASKS,
                        TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start),
                        sizes.getLast());
            }
            Size first = sizes.getFirst();
            for (Size later : sizes) {
                assertTrue(later.liveBytes() <= first.liveBytes() * MOST_GROWTH, sizes::toString);
                assertTrue(later.threads() <= first.threads() + MORE_THREADS, sizes::toString);
                assertEquals(first.watches(), later.watches());
                assertEquals(first.series(), later.series());
                assertTrue(later.jobs() <= TASKS * (KEPT + 1), later::toString);
                assertTrue(later.pods() <= TASKS * (KEPT + 1), later::toString);
            }
        }
    }

    /** Completes one more run, and deletes the oldest run when more than {@link #KEPT} exist. */
    private static void runOnce(OperatorHarness crm, FakeCluster cluster, String task, Queue<Runnable> kept) {
        Job job = cluster.scheduledJob(task);
        Pod pod = cluster.pod(job);
        cluster.endPod(pod, 0, "Completed", FakeCluster.report(RunResult.SUCCEEDED, null, null));
        cluster.completeJob(job);
        kept.add(() -> {
            crm.client().resource(job).withGracePeriod(0).delete();
            crm.client().resource(pod).withGracePeriod(0).delete();
        });
        if (kept.size() > KEPT) {
            Objects.requireNonNull(kept.poll()).run();
        }
    }

    private static void awaitCounted(OperatorHarness crm, long runsPerTask) {
        Counters expected = new Counters(runsPerTask, runsPerTask, 0, 0, 0);
        Predicate<String> counted =
                name -> expected.equals(crm.task(name).get().reportedStatus().counters());
        within(
                PATIENCE,
                () -> names().allMatch(counted),
                () -> names().filter(counted.negate())
                        .map(name -> crm.task(name).get().getStatus().toString())
                        .toList()
                        .toString());
    }

    private Size size(LocalApiServer server, OperatorProcess operator, String metrics) throws IOException {
        // The JVM collects its garbage before the histogram, so the histogram counts live objects only.
        String histogram = operator.jcmd("GC.class_histogram");
        String process =
                Files.readString(Path.of("/proc", "" + operator.process().pid(), "status"));
        return new Size(
                number(histogram, TOTAL) - number(histogram, FILLER),
                number(process, Pattern.compile("VmRSS:\\s+(\\d+)")),
                number(process, Pattern.compile("Threads:\\s+(\\d+)")),
                sum(server.client().raw("/metrics"), "apiserver_longrunning_requests"),
                metrics.lines().filter(line -> !line.startsWith("#")).count(),
                instances(histogram, Job.class),
                instances(histogram, Pod.class));
    }

    private static long instances(String histogram, Class<?> type) {
        return number(
                histogram,
                Pattern.compile("(\\d+) +\\d+ +" + Pattern.quote(type.getName()) + "( .*)?$", Pattern.MULTILINE));
    }

    private static long number(String text, Pattern pattern) {
        Matcher found = pattern.matcher(text);
        return found.find() ? Long.parseLong(found.group(1)) : 0;
    }

    private static long sum(String metrics, String name) {
        return metrics.lines()
                .filter(line -> line.startsWith(name + "{"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static Stream<String> names() {
        return IntStream.range(0, TASKS).mapToObj(number -> "task-" + number);
    }
}
