package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.operator.config.Catalog.UnknownName;
import io.crmventas.tasks.operator.status.Placement.Refused;
import io.crmventas.tasks.operator.status.Reason;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Optional;

/** A task names an entry that the catalog does not have, or no longer has. The operator suspends its CronJob. */
final class UnknownEntry {
    /** Another client may resume the CronJob each time: the operator suspends it once a minute at most then. */
    private static final String SUSPENDED = "suspended";

    private UnknownEntry() {}

    static Refused refuse(
            UnknownName unknown,
            Optional<CronJob> ours,
            KubernetesClient client,
            OwnedInformer<CronJob> cache,
            Repairs.Budget repairs) {
        Optional<CronJob> suspended = ours.map(old -> suspended(old, client, cache, repairs));
        return new Refused(
                Reason.of(unknown.reason()).orElseThrow(),
                unknown.message() + (ours.isPresent() ? " Its CronJob is suspended." : ""),
                suspended.map(CronJobs::leftover));
    }

    /** Only the suspension: without the entry the operator does not know what the pods should be. */
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
