package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.Run;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A status that was written: what metrics count and webhooks tell. Whoever hears of it must not block.
 *
 * @param finished runs that {@code previous} did not know of, in the order of their ends
 */
public record StatusChange(
        CrmScheduledTask task,
        @Nullable CrmScheduledTaskStatus previous,
        CrmScheduledTaskStatus next,
        List<Run> finished) {}
