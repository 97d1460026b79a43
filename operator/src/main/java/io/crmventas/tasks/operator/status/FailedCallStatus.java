package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.Condition;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Condition Reconciling while an API call of the operator fails. */
public final class FailedCallStatus {
    private FailedCallStatus() {}

    /** @param failed one sentence for each failed call; an empty list leaves {@code seen} as it is */
    public static CrmScheduledTaskStatus enter(
            CrmScheduledTaskStatus seen, List<String> failed, @Nullable CrmScheduledTaskStatus previous, Instant now) {
        if (failed.isEmpty()) {
            return seen;
        }
        Conditions conditions =
                new Conditions(previous == null ? null : previous.conditions(), seen.observedGeneration(), now);
        for (Condition condition : seen.conditions() == null ? List.<Condition>of() : seen.conditions()) {
            if (!condition.type().equals(Conditions.RECONCILING)) {
                conditions.keep(condition);
            }
        }
        conditions.put(
                Conditions.RECONCILING,
                Conditions.TRUE,
                Reason.API_ERROR,
                Reason.API_ERROR.explain(String.join(" ", failed)));
        return seen.toBuilder().conditions(conditions.list()).build();
    }
}
