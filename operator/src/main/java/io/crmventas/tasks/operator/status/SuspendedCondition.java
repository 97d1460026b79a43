package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.operator.status.Placement.InPlace;
import io.crmventas.tasks.operator.status.Placement.Refused;

/** Suspended: no scheduled run starts. A run that goes on, or that somebody asks for, is not touched by it. */
final class SuspendedCondition {
    private SuspendedCondition() {}

    static void tell(Conditions conditions, Placement placement) {
        switch (placement) {
            case InPlace inPlace -> {
                Suspension suspension = inPlace.suspension();
                conditions.put(
                        Conditions.SUSPENDED,
                        suspension.suspends() ? Conditions.TRUE : Conditions.FALSE,
                        suspension.reason(),
                        suspension.explained());
            }
            case Refused refused -> {
                boolean runs = refused.cronJob().filter(old -> !old.suspended()).isPresent();
                conditions.put(
                        Conditions.SUSPENDED,
                        runs ? Conditions.FALSE : Conditions.TRUE,
                        refused.reason(),
                        runs ? "The CronJob of the earlier spec goes on." : "No scheduled run starts.");
            }
        }
    }
}
