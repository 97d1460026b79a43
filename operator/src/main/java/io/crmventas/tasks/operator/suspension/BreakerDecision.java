package io.crmventas.tasks.operator.suspension;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Breaker;
import java.util.Optional;

/**
 * @param open the breaker, while it is
 * @param forgiven it has just closed, and failures are counted anew
 */
record BreakerDecision(Optional<Breaker> open, boolean forgiven) {}
