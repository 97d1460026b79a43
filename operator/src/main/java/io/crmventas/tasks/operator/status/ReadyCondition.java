package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.operator.run.ObservedRun.Running;
import io.crmventas.tasks.operator.run.RunProblem.Cause;
import io.crmventas.tasks.operator.status.Placement.InPlace;
import io.crmventas.tasks.operator.status.Placement.Refused;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Ready: the task is accepted, its CronJob in place, and Kubernetes creates its Jobs and pods. How runs end is no part. */
final class ReadyCondition {
    private ReadyCondition() {}

    /** Of a run that goes on, or of the last one, until another run has a pod. */
    private static Optional<String> refusedPod(List<Running> active, @Nullable Run lastRun) {
        if (active.stream().anyMatch(Running::podSeen)) {
            return Optional.empty();
        }
        return active.stream()
                .flatMap(run -> run.problem().stream()
                        .filter(problem -> problem.cause() == Cause.NO_POD)
                        .map(problem -> "Job " + run.identity().jobName() + ": " + Held.sentence(problem.detail())))
                .findFirst()
                .or(() -> Optional.ofNullable(lastRun)
                        .filter(run -> Reason.NO_POD.text().equals(run.reason()))
                        .map(run -> "Job " + run.jobName() + ": " + Held.sentence(String.valueOf(run.message()))));
    }

    /** @param active runs that have not ended */
    static void tell(Conditions conditions, Placement placement, List<Running> active, @Nullable Run lastRun) {
        switch (placement) {
            // A task that cannot run is not ready to; PreflightStatus adds what the check found.
            case InPlace inPlace
            when inPlace.suspension().reason().ofPreflight() ->
                conditions.put(
                        Conditions.READY,
                        Conditions.FALSE,
                        inPlace.suspension().reason(),
                        inPlace.suspension().message());
            case InPlace inPlace
            when inPlace.refusal().isPresent() ->
                conditions.put(
                        Conditions.READY,
                        Conditions.FALSE,
                        Reason.JOB_REJECTED,
                        Reason.JOB_REJECTED.explain("Kubernetes starts no scheduled run: "
                                + Held.sentence(inPlace.refusal().get())));
            case InPlace inPlace
            when !inPlace.suspension().suspends() && refusedPod(active, lastRun).isPresent() ->
                conditions.put(
                        Conditions.READY,
                        Conditions.FALSE,
                        Reason.NO_POD,
                        Reason.NO_POD.explain(refusedPod(active, lastRun).get()));
            case InPlace inPlace ->
                conditions.put(
                        Conditions.READY,
                        Conditions.TRUE,
                        Reason.SCHEDULED,
                        "CronJob " + inPlace.cronJobName() + " is in place.");
            case Refused refused ->
                conditions.put(
                        Conditions.READY,
                        Conditions.FALSE,
                        refused.reason(),
                        refused.reason().explain(refused.message()));
        }
    }
}
