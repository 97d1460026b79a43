package io.crmventas.tasks.operator.suspension;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Breaker;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Pause;
import io.crmventas.tasks.operator.run.Reason;
import io.crmventas.tasks.operator.status.RunStatistics;
import io.crmventas.tasks.operator.status.Suspension;
import io.crmventas.tasks.operator.status.Suspension.SuspensionDecision;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Decides whether a task starts scheduled runs. Any one suspension is enough. The status shows one of them. */
public final class SuspensionRules {
    private SuspensionRules() {}

    /** @param forAll the pause in the operator's ConfigMap */
    public static SuspensionDecision decide(
            CrmScheduledTask task,
            boolean schedulingEnabled,
            Optional<PauseNotice> forAll,
            RunStatistics statistics,
            CrmScheduledTaskStatus previous,
            Instant now) {
        Optional<Breaker> breaker = CircuitBreaker.decide(task, statistics, previous, now);
        // A pause of the task itself takes precedence over the pause of all tasks.
        List<PauseNotice> all = Stream.of(PauseNotice.on(task), forAll)
                .flatMap(Optional::stream)
                .toList();
        List<PauseNotice> notices =
                all.stream().filter(written -> !written.over(now)).toList();
        Optional<PauseNotice> notice = notices.stream().findFirst();
        Optional<Pause> pause = notice.map(written -> pause(written, previous, now))
                .or(() -> breaker.map(open -> CircuitBreaker.pause(open, statistics)));
        Suspension suspension = disabled(task, schedulingEnabled)
                .or(() -> notice.map(written -> paused(written, pause.orElseThrow())))
                .or(() -> breaker.map(open -> Suspension.breakerOpen(open, statistics.counted())))
                // A pause that is written and does not hold has ended.
                .or(() -> all.stream().findFirst().map(over -> new Suspension(Reason.ENABLED, endedSentence(over))))
                .orElse(Suspension.NONE);
        // The operator decides again at the earliest end: another pause can still hold then.
        Optional<Instant> end =
                notices.stream().flatMap(written -> written.until().stream()).min(Instant::compareTo);
        return new SuspensionDecision(suspension, pause, breaker, end);
    }

    private static Optional<Suspension> disabled(CrmScheduledTask task, boolean schedulingEnabled) {
        if (!schedulingEnabled) {
            return Optional.of(Suspension.GLOBALLY_DISABLED);
        }
        return task.getSpec().enabled() ? Optional.empty() : Optional.of(Suspension.DISABLED);
    }

    /** A person who pauses the task again without a new end would see a changed annotation and no pause. */
    private static String endedSentence(PauseNotice over) {
        String what = over.ofAll() ? "all tasks" : "the task";
        String end =
                over.ofAll() ? "key until of ConfigMap " + PauseNotice.CONFIG_MAP : "annotation " + PauseNotice.UNTIL;
        return Suspension.NONE.message() + " The pause of " + what + " ended at "
                + over.until().orElseThrow() + ". To pause " + what + " again, also remove " + end
                + " or write a later time.";
    }

    private static Pause pause(PauseNotice notice, CrmScheduledTaskStatus previous, Instant now) {
        String source = notice.ofAll() ? "Operator" : "Task";
        Instant since = Optional.ofNullable(previous.pause())
                .filter(before -> before.source().equals(source))
                .map(Pause::since)
                .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS));
        return new Pause(
                notice.by().orElse(null),
                notice.reason().orElse(null),
                since,
                notice.until().orElse(null),
                source);
    }

    private static Suspension paused(PauseNotice notice, Pause pause) {
        String what = notice.ofAll() ? "All tasks are paused" : "The task is paused";
        String by = notice.by().map(person -> " by " + person).orElse("");
        String until = notice.until().map(end -> ", until " + end).orElse("");
        String reason = notice.reason().map(why -> ": " + why).orElse("");
        String end = reason.endsWith(".") ? "" : ".";
        String problem = notice.problem().map(text -> " " + text).orElse("");
        return new Suspension(
                notice.ofAll() ? Reason.GLOBALLY_PAUSED : Reason.PAUSED,
                what + by + " since " + pause.since() + until + reason + end + problem);
    }
}
