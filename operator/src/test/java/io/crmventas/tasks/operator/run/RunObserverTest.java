package io.crmventas.tasks.operator.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.run.ObservedRun.Finished;
import io.crmventas.tasks.operator.run.ObservedRun.Running;
import io.crmventas.tasks.operator.run.RunIdentity.Trigger;
import io.crmventas.tasks.operator.run.ScheduledRuns.ScheduledRun;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpecBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Jobs and pods come from a real cluster and hold only the fields that the operator reads. */
class RunObserverTest {
    private static final Instant END = Instant.parse("2026-11-23T10:05:09Z");
    private static final Instant SCHEDULED = Instant.parse("2026-11-23T10:05:00Z");
    private static final Instant LATER = END.plusSeconds(60);

    @Test
    void readsTheReportOfASucceededPod() {
        Finished run = reported(observe("complete", "pod-reported"));
        assertEquals(RunResult.SUCCEEDED, run.report().result());
        assertEquals(END, run.completionTime());
        assertEquals(Trigger.SCHEDULED, run.identity().trigger());
        assertEquals(
                Optional.of(Instant.parse("2026-11-23T10:05:00Z")),
                run.identity().scheduledTime());
        assertEquals(
                Optional.of(Instant.parse("2026-11-23T10:05:01Z")),
                run.identity().startTime());
    }

    /** The kubelet shows the limit in the status of the container; the caches hold no containers of a pod's spec. */
    @Test
    void removesMemoryAboveTheLimitOfTheContainer() {
        Pod pod = pod("pod-reported");
        ContainerStatus container = pod.getStatus().getContainerStatuses().getFirst();
        container
                .getState()
                .getTerminated()
                .setMessage("{\"version\":1,\"task\":\"cleanup\",\"result\":\"Succeeded\","
                        + "\"usage\":{\"cpuMillis\":5,\"peakMemoryBytes\":1099511627776}}");
        assertEquals(1L << 40, report(pod).usage().peakMemoryBytes());
        container.setResources(new ResourceRequirementsBuilder()
                .addToLimits("memory", new Quantity("256Mi"))
                .build());
        assertNull(report(pod).usage());
        assertTrue(report(pod).warnings().getFirst().contains("1048576 MiB of memory"));
    }

    private static RunReport report(Pod pod) {
        return reported(at(job("complete"), LATER, pod)).report();
    }

    @Test
    void aRunThatStartsLongAfterItsScheduledTimeIsACatchUp() {
        Job job = job("complete");
        job.getMetadata().setCreationTimestamp("2026-11-23T10:07:00Z");
        assertEquals(
                Trigger.SCHEDULED,
                trigger(job, new ScheduledRuns(List.of(), false)),
                "a busy cluster can start a run this late");
        job.getMetadata().setCreationTimestamp("2026-11-23T10:08:00Z");
        assertEquals(Trigger.CATCH_UP, trigger(job, new ScheduledRuns(List.of(), false)));
        ScheduledRun before = new ScheduledRun(
                "before", SCHEDULED.minusSeconds(300), SCHEDULED.minusSeconds(300), SCHEDULED.plusSeconds(1));
        assertEquals(
                Trigger.SCHEDULED,
                trigger(job, new ScheduledRuns(List.of(before), false)),
                "the run waited for the run before");
    }

    private static Trigger trigger(Job job, ScheduledRuns neighbours) {
        return new RunObserver(job, List.of(), List.of(), Optional.empty(), neighbours, LATER)
                .observe()
                .identity()
                .trigger();
    }

    @Test
    void aRunThatTheNextRunReplacedIsReportedAsReplaced() {
        ScheduledRun next = new ScheduledRun("cleanup-29390230", SCHEDULED.plusSeconds(300), END, Instant.MAX);
        Finished run = unreported(deleted(List.of(next), END.plusSeconds(1)));
        assertEquals(Reason.REPLACED, reason(run));
        assertEquals(
                "Job cleanup-29390230 replaced the run before its end.",
                run.report().message());
    }

    @Test
    void aDeletedRunWaitsForItsReplacementAndThenIsUnknown() {
        assertInstanceOf(Running.class, deleted(List.of(), END.plusSeconds(1)));
        Finished run = unreported(deleted(List.of(), LATER));
        assertEquals(Reason.JOB_DELETED, reason(run));
    }

    private static ObservedRun deleted(List<ScheduledRun> neighbours, Instant now) {
        Job job = job("active");
        job.getStatus().setActive(0);
        return new RunObserver(job, List.of(), List.of(), Optional.of(END), new ScheduledRuns(neighbours, true), now)
                .observe();
    }

    @Test
    void aJobWithTheLabelOfATrialRunIsATrialRun() {
        Job job = job("manual");
        job.getMetadata().getLabels().put("crmventas.io/trigger", "Trial");
        ObservedRun run =
                new RunObserver(job, List.of(), List.of(), Optional.empty(), ScheduledRuns.NONE, LATER).observe();
        assertEquals(Trigger.TRIAL, run.identity().trigger());
    }

    @Test
    void sumsTheAttemptsOfAllPods() {
        Finished run = reported(observe("complete", "pod-crashed", "pod-reported"));
        assertEquals(1 + 2, run.attempts());
    }

    @Test
    void reportsTheNewestPodOfAFailedJob() {
        Finished run = unreported(observe("failed", "pod-oom", "pod-crashed"));
        assertEquals(Reason.CRASHED, reason(run));
        assertEquals(
                "The container ended with exit code 1 and without a run report.",
                run.report().message());
    }

    /** A comparison of texts would put "10:06:00.500Z" before "10:06:00Z". */
    @Test
    void aFractionOfASecondMakesAPodTheNewest() {
        Pod wholeSecond = ended("pod-oom", "2026-11-23T10:06:00Z");
        Pod fraction = ended("pod-crashed", "2026-11-23T10:06:00.500Z");
        Finished run = unreported(at(job("failed"), LATER, fraction, wholeSecond));
        assertEquals(Reason.CRASHED, reason(run));
    }

    private static Pod ended(String name, String time) {
        Pod pod = pod(name);
        pod.getMetadata().setCreationTimestamp("2026-11-23T10:05:00Z");
        pod.getStatus()
                .getContainerStatuses()
                .getFirst()
                .getState()
                .getTerminated()
                .setFinishedAt(time);
        return pod;
    }

    @ParameterizedTest
    @CsvSource({
        "failed,   pod-oom,           OUT_OF_MEMORY",
        "failed,   pod-evicted,       EVICTED",
        "failed,   pod-disrupted,     EVICTED",
        "failed,   pod-start-error,   START_FAILED",
        "failed,   pod-crashed,       CRASHED",
        "deadline, pod-image,         IMAGE_PULL_FAILED",
        "deadline, pod-config-error,  START_FAILED",
        "deadline, pod-unschedulable, UNSCHEDULABLE",
        "deadline, pod-creating,      NOT_STARTED",
        "deadline, pod-never-created, NOT_STARTED",
        "failed,   pod-lost,          POD_LOST",
        "deadline, pod-killed,        DEADLINE_EXCEEDED",
        "complete, pod-garbled,       REPORT_MISSING"
    })
    void reportsTheReasonOfAMissingReport(String job, String pod, Reason why) {
        // A Job ends after its pods, so a pod that still waits can only be a deleted pod.
        ObservedRun run = new RunObserver(
                        job(job), List.of(), List.of(pod(pod)), Optional.empty(), ScheduledRuns.NONE, LATER)
                .observe();
        assertEquals(why, reason(unreported(run)));
    }

    @Test
    void quotesTheKubeletWithoutTheBlankAtItsEnd() {
        assertEquals(
                "The pod was evicted: Pod ephemeral local storage usage exceeds the total limit of containers 1Gi.",
                unreported(observe("failed", "pod-evicted")).report().message());
    }

    @Test
    void aPodThatNeverStartedIsNoAttempt() {
        assertEquals(0, unreported(observe("deadline", "pod-never-created")).attempts());
        assertEquals(1, unreported(observe("failed")).attempts(), "the operator never observed the pod");
    }

    @ParameterizedTest
    @CsvSource({"complete, REPORT_MISSING", "failed, POD_LOST", "deadline, DEADLINE_EXCEEDED", "policy, CRASHED"})
    void reportsTheReasonOfTheJobWithoutPods(String job, Reason why) {
        assertEquals(why, reason(unreported(observe(job))));
    }

    @ParameterizedTest
    @CsvSource({
        "pod-image,         IMAGE_PULL_FAILED",
        "pod-config-error,  START_FAILED",
        "pod-unschedulable, UNSCHEDULABLE"
    })
    void reportsTheProblemOfAnActiveRun(String pod, Reason why) {
        Running run = assertInstanceOf(Running.class, observe("active", pod));
        assertEquals(Optional.of(why), run.problem().map(RunProblem::reason));
    }

    @Test
    void aPodThatIsBeingCreatedIsNoProblem() {
        assertEquals(
                Optional.empty(),
                assertInstanceOf(Running.class, observe("active", "pod-creating"))
                        .problem());
    }

    @Test
    void waitsForTheEndOfThePodAfterTheEndOfTheJob() {
        assertInstanceOf(Running.class, observe("complete", "pod-running"));
    }

    @Test
    void waitsAMomentForAPodThatOnlyTheJobCounts() {
        RunObserver fresh = new RunObserver(
                job("complete"), List.of(), List.of(), Optional.empty(), ScheduledRuns.NONE, END.plusSeconds(3));
        assertTrue(assertInstanceOf(Running.class, fresh.observe()).ending());
        RunObserver seen = new RunObserver(
                job("complete"),
                List.of(),
                List.of(pod("pod-reported")),
                Optional.empty(),
                ScheduledRuns.NONE,
                END.plusSeconds(3));
        reported(seen.observe());
    }

    /** A quota, for example, can refuse the pod, and the Job does not show that. */
    @Test
    void aRunWithoutAPodHasAProblemAfterHalfAMinute() {
        Instant start = Instant.parse("2026-11-23T10:05:01Z");
        Running young = assertInstanceOf(Running.class, at(unbounded(), start.plusSeconds(29)));
        assertEquals(Optional.empty(), young.problem());
        assertEquals(Optional.of(start.plusSeconds(30)), young.again());
        Running late = assertInstanceOf(Running.class, at(unbounded(), start.plusSeconds(30)));
        assertEquals(Optional.of(Reason.NO_POD), late.problem().map(RunProblem::reason));
        assertFalse(late.podSeen());
    }

    private static Job unbounded() {
        Job job = job("active");
        job.getStatus().setActive(0);
        return job;
    }

    private static Job bounded() {
        Job job = job("active");
        job.setSpec(new JobSpecBuilder().withActiveDeadlineSeconds(360L).build());
        return job;
    }

    /** The kubelet of a lost node never reports the end of the pod, so the Job controller does not end the Job. */
    @Test
    void aRunOnALostNodeEndsAsUnknownAfterItsDeadline() {
        Pod pod = pod("pod-running");
        pod.setSpec(new PodSpecBuilder().withNodeName("node-7").build());
        Instant latest = Instant.parse("2026-11-23T10:05:01Z").plusSeconds(360 + 120);
        Running before = assertInstanceOf(Running.class, at(bounded(), latest.minusSeconds(1), pod));
        assertEquals(Optional.of(latest), before.again());
        Finished lost = unreported(at(bounded(), latest.plusSeconds(900), pod));
        assertEquals(Reason.NOT_ENDED, reason(lost));
        assertEquals(latest, lost.completionTime(), "the end does not move with the clock");
        assertTrue(
                lost.report().message().contains("on node node-7 has not reported its end"),
                lost.report().message());
    }

    /** With another end, the status would hold the run a second time: as NotEnded, and with its result. */
    @Test
    void aRunThatEndsLongAfterItsDeadlineKeepsTheEndOfTheUnknownRun() {
        Instant latest = Instant.parse("2026-11-23T10:05:01Z").plusSeconds(360 + 120);
        Instant late = latest.plusSeconds(900);
        Job complete = bounded();
        complete.setStatus(job("complete").getStatus());
        complete.getStatus().setCompletionTime(late.toString());
        Job failed = bounded();
        failed.setStatus(job("failed").getStatus());
        failed.getStatus().getConditions().forEach(condition -> condition.setLastTransitionTime(late.toString()));
        Job sharded = bounded();
        sharded.setStatus(complete.getStatus());
        sharded.getSpec().setCompletions(2);
        for (Job job : List.of(complete, failed, sharded)) {
            Finished run = assertInstanceOf(Finished.class, at(job, late.plusSeconds(60), pod("pod-reported")));
            assertEquals(latest, run.completionTime());
        }
        Finished deleted = unreported(new RunObserver(
                        bounded(), List.of(), List.of(), Optional.of(late), ScheduledRuns.NONE, late.plusSeconds(60))
                .observe());
        assertEquals(latest, deleted.completionTime());
    }

    /** The pods of a lost node can be gone from the caches when Kubernetes ends the Job at last. */
    @Test
    void aShardWhosePodOnlyTheJobCountsHadAPod() {
        Job job = job("deadline");
        job.setSpec(new JobSpecBuilder().withCompletions(2).build());
        job.getStatus().setFailed(2);
        Finished run = assertInstanceOf(Finished.class, at(job, END.plus(Duration.ofHours(1))));
        assertEquals(Reason.DEADLINE_EXCEEDED, reason(run));
        assertEquals(2, run.attempts());
        job.getStatus().setFailed(null);
        assertEquals(Reason.NO_POD, reason(assertInstanceOf(Finished.class, at(job, END.plus(Duration.ofHours(1))))));
    }

    @Test
    void waitsForALostPodOfAnEndedJobForALimitedTime() {
        assertInstanceOf(Running.class, at(job("deadline"), END.plusSeconds(60), pod("pod-running")));
        Finished lost = unreported(at(job("deadline"), END.plus(Duration.ofHours(1)), pod("pod-running")));
        assertEquals(Reason.POD_LOST, reason(lost));
    }

    @Test
    void aJobThatAnotherControllerManagesEndsAsUnknown() {
        Job job = bounded();
        job.setStatus(null);
        job.getSpec().setManagedBy("kueue.x-k8s.io/multikueue");
        job.getMetadata().setCreationTimestamp("2026-11-23T10:05:00Z");
        Finished unknown = unreported(at(job, LATER.plusSeconds(900)));
        assertEquals(Reason.NOT_ENDED, reason(unknown));
        assertTrue(
                unknown.report().message().contains("kueue.x-k8s.io/multikueue manages the Job"),
                unknown.report().message());
    }

    @Test
    void aSuspendedJobOfAQueueIsNotRefused() {
        Job queued = bounded();
        queued.setStatus(null);
        queued.getMetadata().setCreationTimestamp("2026-11-23T10:05:00Z");
        queued.getSpec().setSuspend(true);
        Running waiting = assertInstanceOf(Running.class, at(queued, LATER));
        assertEquals(Optional.of(Reason.QUEUED), waiting.problem().map(RunProblem::reason));
        Running preempted = assertInstanceOf(
                Running.class,
                new RunObserver(
                                queued,
                                List.of(),
                                List.of(pod("pod-killed")),
                                Optional.empty(),
                                ScheduledRuns.NONE,
                                LATER)
                        .observe());
        assertEquals(Optional.of(Reason.QUEUED), preempted.problem().map(RunProblem::reason));
        queued.getSpec().setSuspend(false);
        queued.getSpec().setManagedBy("kueue.x-k8s.io/multikueue");
        Running elsewhere = assertInstanceOf(Running.class, at(queued, LATER));
        assertEquals(Optional.empty(), elsewhere.problem(), "its pods are in another cluster");
    }

    @Test
    void aSidecarThatRunsAfterTheRunnerIsReported() {
        Pod pod = pod("pod-reported");
        pod.getStatus().setPhase("Running");
        pod.getStatus()
                .getContainerStatuses()
                .add(new ContainerStatusBuilder()
                        .withName("istio-proxy")
                        .withNewState()
                        .withNewRunning()
                        .endRunning()
                        .endState()
                        .build());
        Instant end = Instant.parse(pod.getStatus()
                .getContainerStatuses()
                .getFirst()
                .getState()
                .getTerminated()
                .getFinishedAt());
        Running young = assertInstanceOf(Running.class, at(job("active"), end.plusSeconds(1), pod));
        assertEquals(Optional.empty(), young.problem());
        assertEquals(Optional.of(end.plusSeconds(30)), young.again());
        Running late = assertInstanceOf(Running.class, at(job("active"), end.plusSeconds(30), pod));
        assertTrue(late.problem().orElseThrow().detail().contains("istio-proxy has not ended"));
        pod.getStatus()
                .getContainerStatuses()
                .getLast()
                .setState(new ContainerStateBuilder()
                        .withNewWaiting()
                        .withReason("ImagePullBackOff")
                        .endWaiting()
                        .build());
        Running pulling = assertInstanceOf(Running.class, at(job("active"), end.plusSeconds(30), pod));
        assertTrue(pulling.problem().orElseThrow().detail().contains("istio-proxy (ImagePullBackOff) has not ended"));
    }

    /** A service mesh or a secret store injects init containers, and the runner waits for them. */
    @Test
    void anInitContainerThatHoldsTheRunnerIsNamed() {
        Instant scheduled = Instant.parse("2026-11-23T10:05:03Z");
        ContainerStateBuilder pull = new ContainerStateBuilder().withNewWaiting("no such image", "ImagePullBackOff");
        Running pulling =
                assertInstanceOf(Running.class, at(job("active"), scheduled, initializing("istio-init", pull)));
        assertEquals(Optional.of(Reason.IMAGE_PULL_FAILED), pulling.problem().map(RunProblem::reason));
        assertEquals(
                "Container istio-init waits: ImagePullBackOff: no such image",
                pulling.problem().orElseThrow().detail());

        ContainerStateBuilder runs = new ContainerStateBuilder().withNewRunning("2026-11-23T10:05:04Z");
        Pod hanging = initializing("vault-agent-init", runs);
        hanging.setSpec(new PodSpecBuilder().withNodeName("worker-7").build());
        Running young = assertInstanceOf(Running.class, at(job("active"), scheduled.plusSeconds(59), hanging));
        assertEquals(Optional.empty(), young.problem());
        assertEquals(Optional.of(scheduled.plusSeconds(60)), young.again());
        Running late = assertInstanceOf(Running.class, at(job("active"), scheduled.plusSeconds(60), hanging));
        assertEquals(Optional.of(Reason.NOT_STARTED), late.problem().map(RunProblem::reason));
        assertEquals(
                "Container runner of pod cleanup-29390225-creating on node worker-7 has not started; init container"
                        + " vault-agent-init still runs.",
                late.problem().orElseThrow().detail());

        ContainerStateBuilder ended =
                new ContainerStateBuilder().withNewTerminated().withExitCode(95).endTerminated();
        Pod failed = initializing("linkerd-network-validator", ended);
        failed.getStatus().setPhase("Failed");
        Finished run = unreported(at(job("failed"), LATER, failed));
        assertEquals(Reason.START_FAILED, reason(run));
        assertTrue(
                String.valueOf(run.report().message())
                        .contains("Init container linkerd-network-validator of pod cleanup-29390225-creating ended with"
                                + " exit code 95"),
                run.report().message());
    }

    /** A native sidecar (an init container that restarts) fails while the runner works. */
    @Test
    void aFailingSidecarDoesNotHoldARunThatWorks() {
        Pod pod = pod("pod-running");
        pod.getStatus()
                .setInitContainerStatuses(List.of(init(
                        "istio-proxy", new ContainerStateBuilder().withNewWaiting("back-off", "CrashLoopBackOff"))));
        assertEquals(
                Optional.empty(),
                assertInstanceOf(Running.class, at(job("active"), LATER, pod)).problem());
    }

    private static Pod initializing(String name, ContainerStateBuilder state) {
        Pod pod = pod("pod-creating");
        pod.getStatus().getConditions().getFirst().setLastTransitionTime("2026-11-23T10:05:03Z");
        pod.getStatus()
                .getContainerStatuses()
                .getFirst()
                .getState()
                .getWaiting()
                .setReason("PodInitializing");
        pod.getStatus().setInitContainerStatuses(List.of(init(name, state)));
        return pod;
    }

    private static ContainerStatus init(String name, ContainerStateBuilder state) {
        return new ContainerStatusBuilder()
                .withName(name)
                .withState(state.build())
                .build();
    }

    private static ObservedRun at(Job job, Instant now, Pod... pods) {
        return new RunObserver(job, List.of(pods), List.of(), Optional.empty(), ScheduledRuns.NONE, now).observe();
    }

    @Test
    void aJobThatWasDeletedDuringItsRunHasNoReport() {
        ObservedRun run = new RunObserver(
                        job("active"),
                        List.of(),
                        List.of(pod("pod-running")),
                        Optional.of(END),
                        ScheduledRuns.NONE,
                        LATER)
                .observe();
        assertEquals(Reason.JOB_DELETED, reason(unreported(run)));
    }

    @Test
    void aJobThatWasDeletedAfterItsPodEndedHasAReport() {
        ObservedRun run = new RunObserver(
                        job("active"),
                        List.of(pod("pod-reported")),
                        List.of(),
                        Optional.of(END),
                        ScheduledRuns.NONE,
                        LATER)
                .observe();
        assertEquals(END, reported(run).completionTime());
    }

    @Test
    void aJobWithoutTheControllersTimestampIsAManualRun() {
        assertEquals(Trigger.MANUAL, observe("manual").identity().trigger());
    }

    @Test
    void reportsEachShardOfAnIndexedJob() {
        Job job = job("failed");
        job.setSpec(new JobSpecBuilder().withCompletions(3).build());
        List<Pod> pods = List.of(shard("pod-reported", "0"), shard("pod-crashed", "1"), shard("pod-oom", "1"));
        Finished run =
                reported(new RunObserver(job, pods, List.of(), Optional.empty(), ScheduledRuns.NONE, LATER).observe());
        assertEquals(RunResult.PARTIAL, run.report().result());
        assertEquals(2 + 2 + 0, run.attempts(), "the third shard never had a pod");
        assertEquals(Reason.CRASHED, reason(run));
        assertEquals(
                "2 of 3 shards did not end well. Shard 1: The container ended with exit code 1 and without a run report.",
                run.report().message());
    }

    private static Finished reported(ObservedRun run) {
        Finished finished = assertInstanceOf(Finished.class, run);
        assertTrue(finished.reported());
        return finished;
    }

    private static Finished unreported(ObservedRun run) {
        Finished finished = assertInstanceOf(Finished.class, run);
        assertFalse(finished.reported());
        return finished;
    }

    private static Reason reason(Finished run) {
        return Reason.of(run.report().reason());
    }

    private static Pod shard(String name, String index) {
        Pod pod = pod(name);
        pod.getMetadata().setLabels(Map.of("batch.kubernetes.io/job-completion-index", index));
        return pod;
    }

    private static ObservedRun observe(String job, String... pods) {
        return new RunObserver(
                        job(job),
                        Arrays.stream(pods).map(RunObserverTest::pod).toList(),
                        List.of(),
                        Optional.empty(),
                        ScheduledRuns.NONE,
                        LATER)
                .observe();
    }

    private static Job job(String name) {
        return Serialization.unmarshal(read(name), Job.class);
    }

    private static Pod pod(String name) {
        return Serialization.unmarshal(read(name), Pod.class);
    }

    private static String read(String name) {
        try {
            return Files.readString(Path.of("src/test/resources/runs", name + ".yaml"));
        } catch (IOException missing) {
            throw new AssertionError(missing);
        }
    }
}
