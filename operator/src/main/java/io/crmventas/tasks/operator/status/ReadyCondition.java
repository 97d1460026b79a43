package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.operator.status.Placement.InPlace;
import io.crmventas.tasks.operator.status.Placement.Refused;

/** Ready: the task is accepted and its CronJob in place. How its runs end has no part in it. */
final class ReadyCondition {
    private ReadyCondition() {}

    static void tell(Conditions conditions, Placement placement) {
        switch (placement) {
            // A task that cannot run is not ready to; PreflightStatus adds what the check found.
            case InPlace inPlace
            when inPlace.suspension().reason().ofPreflight() ->
                conditions.put(
                        Conditions.READY,
                        Conditions.FALSE,
                        inPlace.suspension().reason(),
                        inPlace.suspension().message());
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
