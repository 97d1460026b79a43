package io.crmventas.tasks.operator.suspension;

import static io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.EMPTY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.crmventas.tasks.api.v1alpha1.Condition;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.operator.status.CronJobState.InPlace;
import io.crmventas.tasks.operator.status.RunStatistics;
import io.crmventas.tasks.operator.status.Suspension.SuspensionDecision;
import io.crmventas.tasks.operator.testing.TestStatus;
import io.crmventas.tasks.operator.testing.TestTasks;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SuspensionRulesTest {
    private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");
    private static final Instant LATER = Instant.parse("2026-11-25T12:30:00Z");
    private static final Instant ONE = Instant.parse("2026-11-25T13:00:00Z");
    private static final Map<String, String> NONE = Map.of("paused", "false");
    private static final Map<String, String> ALL = Map.of("paused", "true", "by", "ops", "reason", "migration");

    private final CrmScheduledTask task = TestTasks.stored("cleanup", "{task: cleanup, interval: 5m}");

    @Test
    void showsThePersonTheReasonTheStartAndTheEndOfAPause() {
        annotate("Seller on leave", "ana", "2026-11-25T13:00:00Z");
        CrmScheduledTaskStatus status = status(EMPTY, NONE, NOON);
        assertEquals("Task ana Seller on leave 2026-11-25T12:00:00Z 2026-11-25T13:00:00Z", pause(status));
        assertEquals(
                "Paused: The task is paused by ana since 2026-11-25T12:00:00Z, until 2026-11-25T13:00:00Z: Seller on"
                        + " leave. Remove annotation crmventas.io/paused from the task to resume.",
                suspended(status));
        assertEquals(status, status(status, NONE, LATER), "neither the status nor since changes with the clock");
    }

    @Test
    void aPauseEndsAtItsTimeWhileTheAnnotationStays() {
        annotate("true", null, "2026-11-25T13:00:00Z");
        assertEquals(Optional.of(ONE), decide(EMPTY, NONE, NOON).end());
        CrmScheduledTaskStatus over = status(status(EMPTY, NONE, NOON), NONE, ONE);
        assertNull(over.pause());
        assertEquals(
                "Enabled: Scheduled runs start. The pause of the task ended at 2026-11-25T13:00:00Z. To pause the task"
                        + " again, also remove annotation crmventas.io/paused-until or write a later time.",
                suspended(over));
        assertEquals(Optional.empty(), decide(over, NONE, ONE).end());
        annotate("why", null, "2026-11-25T13:00:00Z");
        assertEquals(over, status(over, NONE, ONE), "a new reason alone does not pause the task");
    }

    @Test
    void showsThatThePauseOfAllTasksHasEnded() {
        Map<String, String> timed = Map.of("paused", "true", "until", "2026-11-25T13:00:00Z");
        assertEquals(
                "Enabled: Scheduled runs start. The pause of all tasks ended at 2026-11-25T13:00:00Z. To pause all"
                        + " tasks again, also remove key until of ConfigMap crm-task-operator-pause or write a later"
                        + " time.",
                suspended(status(EMPTY, timed, ONE)));
    }

    @Test
    void showsOneOfTwoPausesAndAppliesBoth() {
        annotate("true", "ana", "2026-11-25T13:00:00Z");
        CrmScheduledTaskStatus both = status(EMPTY, ALL, NOON);
        assertEquals("Task ana null 2026-11-25T12:00:00Z 2026-11-25T13:00:00Z", pause(both));
        CrmScheduledTaskStatus one = status(both, ALL, ONE);
        assertEquals("Operator ops migration 2026-11-25T13:00:00Z null", pause(one));
        assertEquals(
                "GloballyPaused: All tasks are paused by ops since 2026-11-25T13:00:00Z: migration. Delete ConfigMap"
                        + " crm-task-operator-pause in the operator's namespace to resume, or set its key paused to"
                        + " false.",
                suspended(one));
        assertNull(status(one, NONE, ONE).pause());
    }

    @Test
    void reportsAnUnreadableEndOfAPause() {
        annotate("true", null, "1 o'clock");
        assertEquals(
                "Paused: The task is paused since 2026-11-25T12:00:00Z. Annotation crmventas.io/paused-until is"
                        + " \"1 o'clock\", which is no time, so the pause has no end; write it as in"
                        + " 2027-01-31T08:00:00Z. Remove annotation crmventas.io/paused from the task to resume.",
                suspended(status(EMPTY, NONE, NOON)));
    }

    @Test
    void aDisabledTaskShowsItsPause() {
        CrmScheduledTask disabled = TestTasks.stored("cleanup", "{task: cleanup, interval: 5m, enabled: false}");
        disabled.getMetadata().setAnnotations(Map.of(PauseNotice.PAUSED, "true"));
        SuspensionDecision decision = SuspensionRules.decide(
                disabled, true, Optional.empty(), RunStatistics.count(disabled, EMPTY, List.of()), EMPTY, NOON);
        assertEquals("Disabled", decision.suspension().reason().text());
        assertEquals("Task", decision.pause().orElseThrow().source());
    }

    private void annotate(String paused, @Nullable String by, @Nullable String until) {
        Map<String, String> annotations = new HashMap<>(Map.of(PauseNotice.PAUSED, paused));
        if (by != null) {
            annotations.put(PauseNotice.BY, by);
        }
        if (until != null) {
            annotations.put(PauseNotice.UNTIL, until);
        }
        task.getMetadata().setAnnotations(annotations);
    }

    private SuspensionDecision decide(CrmScheduledTaskStatus previous, Map<String, String> forAll, Instant now) {
        return SuspensionRules.decide(
                task, true, PauseNotice.forAll(forAll), RunStatistics.count(task, previous, List.of()), previous, now);
    }

    private CrmScheduledTaskStatus status(CrmScheduledTaskStatus previous, Map<String, String> forAll, Instant now) {
        SuspensionDecision decision = decide(previous, forAll, now);
        InPlace inPlace = new InPlace(
                "cleanup",
                "*/5 * * * *",
                "Etc/UTC",
                decision.suspension(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return TestStatus.factory(task, inPlace, List.of(), previous, now)
                .suspension(decision)
                .build()
                .create();
    }

    private static String pause(CrmScheduledTaskStatus status) {
        CrmScheduledTaskStatus.Pause pause = status.pause();
        return pause.source() + " " + pause.by() + " " + pause.reason() + " " + pause.since() + " " + pause.until();
    }

    private static String suspended(CrmScheduledTaskStatus status) {
        Condition suspended = status.conditions().stream()
                .filter(condition -> condition.type().equals("Suspended"))
                .findFirst()
                .orElseThrow();
        return suspended.reason() + ": " + suspended.message();
    }
}
