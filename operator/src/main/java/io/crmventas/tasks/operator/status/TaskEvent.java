package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.Condition;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Breaker;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.HandledRequest;
import io.crmventas.tasks.operator.run.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A change of a task that deserves a Kubernetes Event. */
public record TaskEvent(Kind kind, String note) {
    /** The CronJob exists while Ready has one of these reasons, so their end does not mean that it was created. */
    private static final Set<Reason> OBSTACLES = Set.of(
            Reason.JOB_REJECTED,
            Reason.START_OVERDUE,
            Reason.NO_POD,
            Reason.NOT_ENDED,
            Reason.CRON_JOB_CONTESTED,
            Reason.API_ERROR);

    /** The key is the new status of the condition. */
    private static final Map<String, Kind> PREFLIGHT_KINDS =
            Map.of(Conditions.FALSE, Kind.PREFLIGHT_FAILED, Conditions.TRUE, Kind.PREFLIGHT_PASSED);

    private static final Map<String, Kind> RUN_KINDS = Map.of(
            Conditions.FALSE, Kind.RUN_FAILED,
            Conditions.UNKNOWN, Kind.RUN_UNKNOWN,
            Conditions.TRUE, Kind.RUN_RECOVERED);

    /** Lists all Events. Their reasons are part of the interface, because people search and alert by them. */
    public enum Kind {
        CRON_JOB_CREATED("CronJobCreated", "Schedule", false),
        SUSPENDED("Suspended", "Suspend", false),
        RESUMED("Resumed", "Resume", false),
        BREAKER_OPENED("BreakerOpened", "Suspend", true),
        TRIAL_STARTED("TrialStarted", "Run", false),
        BREAKER_CLOSED("BreakerClosed", "Resume", false),
        NAME_CONFLICT("NameConflict", "Schedule", true),
        INVALID_SCHEDULE("InvalidSchedule", "Schedule", true),
        UNKNOWN_TASK("UnknownTask", "Schedule", true),
        UNKNOWN_DATABASE("UnknownDatabase", "Schedule", true),
        UNKNOWN_RUNNER_PROFILE("UnknownRunnerProfile", "Schedule", true),
        CRON_JOB_REJECTED("CronJobRejected", "Schedule", true),
        CRON_JOB_CONTESTED("CronJobContested", "Schedule", true),
        PREFLIGHT_FAILED("PreflightFailed", "Check", true),
        PREFLIGHT_PASSED("PreflightPassed", "Check", false),
        RUN_STARTED("RunStarted", "Run", false),
        RUN_REFUSED("RunRefused", "Run", true),
        RUN_FAILED("RunFailed", "Run", true),
        RUN_UNKNOWN("RunUnknown", "Run", true),
        RUN_RECOVERED("RunRecovered", "Run", false);

        private final String reason;
        private final String action;
        private final boolean warning;

        Kind(String reason, String action, boolean warning) {
            this.reason = reason;
            this.action = action;
            this.warning = warning;
        }

        public String reason() {
            return reason;
        }

        public String action() {
            return action;
        }

        public boolean warning() {
            return warning;
        }
    }

    /** Returns the Events of a status change. Only changed conditions cause one, so a failing task causes no flood. */
    public static List<TaskEvent> between(CrmScheduledTaskStatus previous, CrmScheduledTaskStatus next) {
        List<TaskEvent> events = new ArrayList<>();
        ready(previous, next).ifPresent(events::add);
        breaker(previous, next).or(() -> suspended(previous, next)).ifPresent(events::add);
        outcome(previous, next, Conditions.PREFLIGHT, PREFLIGHT_KINDS).ifPresent(events::add);
        outcome(previous, next, Conditions.LAST_RUN_SUCCEEDED, RUN_KINDS).ifPresent(events::add);
        next.runRequests().stream()
                .filter(request -> !previous.runRequests().contains(request))
                .map(TaskEvent::handled)
                .forEach(events::add);
        return events;
    }

    private static Optional<TaskEvent> ready(CrmScheduledTaskStatus previous, CrmScheduledTaskStatus next) {
        Condition ready = next.condition(Conditions.READY).orElseThrow();
        Optional<String> before = previous.condition(Conditions.READY).map(Condition::reason);
        boolean same = before.equals(Optional.of(ready.reason()));
        boolean passed = Reason.SCHEDULED.text().equals(ready.reason())
                && before.map(Reason::of).filter(OBSTACLES::contains).isPresent();
        if (same || passed || waits(ready)) {
            return Optional.empty();
        }
        Kind kind = switch (Reason.of(ready.reason())) {
            case SCHEDULED -> Kind.CRON_JOB_CREATED;
            case JOB_REJECTED, START_OVERDUE, NO_POD, NOT_ENDED -> Kind.RUN_REFUSED;
            case NAME_CONFLICT -> Kind.NAME_CONFLICT;
            case INVALID_SCHEDULE -> Kind.INVALID_SCHEDULE;
            case UNKNOWN_TASK -> Kind.UNKNOWN_TASK;
            case UNKNOWN_DATABASE -> Kind.UNKNOWN_DATABASE;
            case UNKNOWN_RUNNER_PROFILE -> Kind.UNKNOWN_RUNNER_PROFILE;
            case CRON_JOB_CONTESTED -> Kind.CRON_JOB_CONTESTED;
            default -> Kind.CRON_JOB_REJECTED;
        };
        return Optional.of(new TaskEvent(kind, ready.message()));
    }

    private static Optional<TaskEvent> suspended(CrmScheduledTaskStatus previous, CrmScheduledTaskStatus next) {
        Condition now = next.condition(Conditions.SUSPENDED).orElseThrow();
        String before = previous.condition(Conditions.SUSPENDED)
                .filter(old -> !waits(old))
                .map(Condition::status)
                .orElse(Conditions.FALSE);
        if (now.status().equals(before) || waits(now)) {
            return Optional.empty();
        }
        Kind kind = now.status().equals(Conditions.TRUE) ? Kind.SUSPENDED : Kind.RESUMED;
        return Optional.of(new TaskEvent(kind, now.message()));
    }

    private static Optional<TaskEvent> breaker(CrmScheduledTaskStatus previous, CrmScheduledTaskStatus next) {
        Breaker before = previous.breaker();
        Breaker now = next.breaker();
        String suspension = next.condition(Conditions.SUSPENDED).orElseThrow().message();
        if (now == null) {
            return before == null
                    ? Optional.empty()
                    : Optional.of(new TaskEvent(Kind.BREAKER_CLOSED, "The task resumed by itself. " + suspension));
        }
        if (before == null) {
            return Optional.of(new TaskEvent(
                    Kind.BREAKER_OPENED, Suspension.breakerOpen(now, next).explained()));
        }
        if (now.refusal() != null && !now.refusal().equals(before.refusal())) {
            return Optional.of(new TaskEvent(
                    Kind.RUN_REFUSED, "Kubernetes refused the Job of a trial run: " + Reason.sentence(now.refusal())));
        }
        return before.trialRuns() == now.trialRuns()
                ? Optional.empty()
                : Optional.of(new TaskEvent(
                        Kind.TRIAL_STARTED, "Trial run " + now.trialRuns() + " since the task paused itself."));
    }

    /** The first success of a task and its first passed preflight are no recoveries. */
    private static Optional<TaskEvent> outcome(
            CrmScheduledTaskStatus previous, CrmScheduledTaskStatus next, String type, Map<String, Kind> kinds) {
        String before = previous.condition(type).map(Condition::status).orElse(Conditions.UNKNOWN);
        return next.condition(type)
                .filter(now -> !now.status().equals(before))
                .filter(now -> !now.status().equals(Conditions.TRUE) || before.equals(Conditions.FALSE))
                .flatMap(now ->
                        Optional.ofNullable(kinds.get(now.status())).map(kind -> new TaskEvent(kind, now.message())));
    }

    private static TaskEvent handled(HandledRequest request) {
        String kind = Boolean.TRUE.equals(request.dryRun()) ? ", as a dry run." : ".";
        return request.jobName() == null
                ? new TaskEvent(Kind.RUN_REFUSED, String.valueOf(request.message()))
                : new TaskEvent(Kind.RUN_STARTED, "Job " + request.jobName() + " was started on request" + kind);
    }

    /** Such a wait causes no Event: a new task always waits, and a failed preflight has its own Event. */
    private static boolean waits(Condition condition) {
        Reason reason = Reason.of(condition.reason());
        return reason.ofPreflight() || reason == Reason.AWAITING_DELETION;
    }
}
