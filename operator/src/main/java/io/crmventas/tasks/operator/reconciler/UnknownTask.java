package io.crmventas.tasks.operator.reconciler;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.desired.RunnerSettings;
import io.crmventas.tasks.operator.status.Placement.Refused;
import io.crmventas.tasks.operator.status.Reason;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Optional;

/** A task that names what nobody can run: never known, or taken out of the catalog since. */
final class UnknownTask {
    /** Another client may resume the CronJob each time: the operator suspends it once a minute at most then. */
    private static final String SUSPENDED = "suspended";

    private UnknownTask() {}

    static Refused refuse(
            CrmScheduledTask task,
            RunnerSettings settings,
            Optional<CronJob> ours,
            KubernetesClient client,
            OwnedInformer<CronJob> cache,
            Repairs.Budget repairs) {
        Optional<CronJob> suspended = ours.map(old -> suspended(old, client, cache, repairs));
        return new Refused(
                Reason.UNKNOWN_TASK,
                settings.notKnown(task.getSpec().task()) + (ours.isPresent() ? " Its CronJob is suspended." : ""),
                suspended.map(CronJobs::leftover));
    }

    /** Only that: what its pods should be, nobody can say any more. */
    private static CronJob suspended(
            CronJob old, KubernetesClient client, OwnedInformer<CronJob> cache, Repairs.Budget repairs) {
        if (Boolean.TRUE.equals(old.getSpec().getSuspend()) || !repairs.allows(SUSPENDED)) {
            return old;
        }
        CronJob now = Trim.metadata(
                client.resource(old).patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"suspend\":true}}"));
        repairs.spend(SUSPENDED);
        cache.remember(now, Optional.of(old));
        return now;
    }
}
