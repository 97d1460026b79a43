package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Preflight;
import org.jspecify.annotations.Nullable;

/**
 * Condition Preflight.
 *
 * @param preflight the form that {@code status.preflight} shows; null if there is nothing to check
 */
public record PreflightFinding(
        String conditionStatus,
        String reason,
        String message,
        @Nullable Preflight preflight) {}
