package io.crmventas.tasks.operator.status;

import static io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.EMPTY;
import static io.crmventas.tasks.operator.status.TestRuns.ended;
import static io.crmventas.tasks.operator.status.TestRuns.running;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.operator.run.ObservedRun;
import io.crmventas.tasks.operator.run.Reason;
import io.crmventas.tasks.operator.status.CronJobState.InPlace;
import io.crmventas.tasks.operator.status.CronJobState.Refused;
import io.crmventas.tasks.operator.status.Suspension.SuspensionDecision;
import io.crmventas.tasks.operator.suspension.PauseNotice;
import io.crmventas.tasks.operator.suspension.SuspensionRules;
import io.crmventas.tasks.operator.testing.TestStatus;
import io.crmventas.tasks.operator.testing.TestTasks;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each file holds a task in one state, and its first line holds the kstatus of that task. The tests in e2e/gitops compare
 * that line with the result of the real kstatus. {@code -Dgolden.write=true} renews the files.
 */
class KstatusFixturesTest {
    private static final Path FOLDER = Path.of("src/test/resources/status");
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final String PLAIN = "{task: cleanup, schedule: '0 8 * * *'}";

    /**
     * @param kstatus Current if a client need not wait, InProgress if it must wait, Failed if a person must edit the task
     */
    private record State(String kstatus, CrmScheduledTask task) {}

    private static final Map<String, State> STATES = new TreeMap<>(Map.ofEntries(
            Map.entry("no-status", new State("InProgress", withoutStatus())),
            Map.entry("scheduled", new State("Current", scheduled(PLAIN))),
            Map.entry("running", new State("Current", scheduled(PLAIN, running("a")))),
            Map.entry("succeeded", new State("Current", scheduled(PLAIN, ended("a", 1, RunResult.SUCCEEDED)))),
            Map.entry("failed", new State("Current", scheduled(PLAIN, ended("a", 1, RunResult.FAILED)))),
            Map.entry("stale", new State("Current", scheduled("{task: cleanup, interval: 5m}"))),
            Map.entry("disabled", new State("Current", scheduled("{task: cleanup, interval: 5m, enabled: false}"))),
            Map.entry("paused", new State("Current", paused())),
            Map.entry(
                    "breaker-open",
                    new State(
                            "Current",
                            scheduled(
                                    "{task: cleanup, interval: 2h, pauseAfterFailures: 1}",
                                    ended("a", 1, RunResult.FAILED)))),
            Map.entry("edited", new State("InProgress", edited())),
            Map.entry("quota-exceeded", new State("InProgress", refused(Reason.CRON_JOB_FORBIDDEN, "Exceeded quota."))),
            Map.entry("rejected", new State("Failed", refused(Reason.CRON_JOB_REJECTED, "Invalid value."))),
            Map.entry("name-conflict", new State("Failed", refused(Reason.NAME_CONFLICT, "CronJob cleanup exists."))),
            Map.entry(
                    "awaiting-deletion",
                    new State("InProgress", refused(Reason.AWAITING_DELETION, "CronJob cleanup is still there."))),
            Map.entry(
                    "contested",
                    new State(
                            "InProgress",
                            refused(Reason.CRON_JOB_CONTESTED, "Another client changes CronJob cleanup."))),
            Map.entry("unknown-task", new State("Failed", refused(Reason.UNKNOWN_TASK, "There is no task x."))),
            Map.entry("invalid-schedule", new State("Failed", refused(Reason.INVALID_SCHEDULE, "It never fires.")))));

    @ParameterizedTest
    @MethodSource("names")
    void equalsItsFile(String name) throws IOException {
        State state = STATES.get(name);
        String text = "# kstatus: " + state.kstatus() + "\n" + Serialization.asYaml(state.task());
        Path file = FOLDER.resolve(name + ".yaml");
        if (Boolean.getBoolean("golden.write")) {
            Files.createDirectories(FOLDER);
            Files.writeString(file, text);
        }
        assertEquals(Files.readString(file), text);
    }

    @Test
    void theFolderHoldsNoOtherFiles() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            assertEquals(
                    names().map(name -> name + ".yaml").collect(Collectors.toSet()),
                    files.map(file -> file.getFileName().toString()).collect(Collectors.toSet()));
        }
    }

    private static Stream<String> names() {
        return STATES.keySet().stream();
    }

    /** The CRD sets this status by default, before the operator writes its first one. */
    private static CrmScheduledTask withoutStatus() {
        CrmScheduledTask task = TestTasks.stored("cleanup", PLAIN);
        task.setStatus(Serialization.unmarshal("observedGeneration: -1", CrmScheduledTaskStatus.class));
        return task;
    }

    private static CrmScheduledTask scheduled(String spec, ObservedRun... runs) {
        return scheduled(TestTasks.stored("cleanup", spec), runs);
    }

    private static CrmScheduledTask scheduled(CrmScheduledTask task, ObservedRun... runs) {
        RunStatistics tally = RunStatistics.count(task, EMPTY, List.of(runs));
        SuspensionDecision decision = SuspensionRules.decide(task, true, Optional.empty(), tally, EMPTY, NOON);
        InPlace inPlace = new InPlace(
                "cleanup",
                "0 8 * * *",
                "Etc/UTC",
                decision.suspension(),
                Optional.empty(),
                Optional.of(Instant.parse("2026-11-24T08:00:00Z")),
                Optional.empty());
        task.setStatus(TestStatus.factory(task, inPlace, List.of(runs), EMPTY, NOON)
                .suspension(decision)
                .build()
                .create());
        return task;
    }

    private static CrmScheduledTask paused() {
        CrmScheduledTask task = TestTasks.stored("cleanup", PLAIN);
        // A TreeMap sorts the annotations. Map.of has another order in every process.
        task.getMetadata()
                .setAnnotations(new TreeMap<>(Map.of(PauseNotice.PAUSED, "migration", PauseNotice.BY, "ana")));
        return scheduled(task);
    }

    private static CrmScheduledTask edited() {
        CrmScheduledTask task = scheduled(PLAIN);
        task.getMetadata().setGeneration(2L);
        return task;
    }

    private static CrmScheduledTask refused(Reason reason, String message) {
        CrmScheduledTask task = TestTasks.stored("cleanup", PLAIN);
        Refused cronJob = new Refused(reason, message, Optional.empty());
        task.setStatus(TestStatus.next(task, cronJob, List.of(), EMPTY, NOON));
        return task;
    }
}
