package io.crmventas.tasks.operator.testing;

import io.crmventas.tasks.api.v1alpha1.Condition;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import java.util.function.Predicate;

/** Reads conditions from a status. */
public final class Statuses {
    private Statuses() {}

    public static Predicate<CrmScheduledTaskStatus> ready(String wanted) {
        return condition("Ready", wanted);
    }

    public static Predicate<CrmScheduledTaskStatus> condition(String type, String wanted) {
        return status -> status.conditions().stream()
                .anyMatch(found -> found.type().equals(type) && found.status().equals(wanted));
    }

    public static String reason(CrmScheduledTaskStatus status, String type) {
        return find(status, type).reason();
    }

    public static String message(CrmScheduledTaskStatus status, String type) {
        return find(status, type).message();
    }

    private static Condition find(CrmScheduledTaskStatus status, String type) {
        return status.conditions().stream()
                .filter(found -> found.type().equals(type))
                .findFirst()
                .orElseThrow();
    }
}
