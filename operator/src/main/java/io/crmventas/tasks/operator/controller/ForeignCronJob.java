package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.run.Reason;
import io.crmventas.tasks.operator.status.CronJobState.Refused;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles a CronJob that has the task's name and does not belong to it. The operator deletes the CronJob of an earlier
 * task of that name. Kubernetes' garbage collector misses it if its watch on tasks was down while the task was deleted
 * and recreated. Any other CronJob stays, and the status names it.
 */
final class ForeignCronJob {
    private static final Logger LOG = LoggerFactory.getLogger(ForeignCronJob.class);

    private ForeignCronJob() {}

    /** @param foreign the other CronJob; this method does not change the object */
    static Refused refuse(CrmScheduledTask task, CronJob foreign, KubernetesClient client) {
        return ownersAreGone(task, foreign)
                        && foreign.getMetadata().getDeletionTimestamp() == null
                        && isTheOneThatIsThere(task, client)
                ? describe(task, foreign, delete(foreign, client))
                : describe(task, foreign, Optional.empty());
    }

    /** Asks the API server, because in a late cache a later task's CronJob looks like an earlier task's. */
    private static boolean isTheOneThatIsThere(CrmScheduledTask task, KubernetesClient client) {
        CrmScheduledTask now = client.resource(task).get();
        return now != null && now.uid().equals(task.uid());
    }

    /** Returns why Kubernetes refuses to delete the CronJob. */
    private static Optional<String> delete(CronJob earlier, KubernetesClient client) {
        ObjectMeta metadata = earlier.getMetadata();
        try {
            // The resource version makes the call fail if the owners have changed since the operator read them.
            client.resource(earlier)
                    .lockResourceVersion(metadata.getResourceVersion())
                    .delete();
        } catch (KubernetesClientException no) {
            if (FailedCalls.refused(no)) {
                return Optional.of(FailedCalls.answer(no));
            }
            if (no.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw no;
            }
            // Another client has changed the CronJob meanwhile, so the next reconcile reads it again.
            return Optional.empty();
        }
        LOG.atInfo()
                .addKeyValue("namespace", metadata.getNamespace())
                .addKeyValue("cronJob", metadata.getName())
                .log("CronJob deleted: an earlier task of this name left it");
        return Optional.empty();
    }

    static Refused describe(CrmScheduledTask task, CronJob foreign, Optional<String> refusal) {
        String name = foreign.getMetadata().getName();
        return ownersAreGone(task, foreign)
                ? new Refused(
                        Reason.AWAITING_DELETION,
                        "CronJob " + name + " of an earlier task of this name is "
                                + refusal.map(why -> "still there, and Kubernetes refused to delete it: " + why)
                                        .orElse("being deleted" + finalizers(foreign))
                                + ".",
                        Optional.empty())
                : new Refused(
                        Reason.NAME_CONFLICT,
                        "A CronJob " + name + " exists that this task did not create; it is controlled by "
                                + controller(foreign) + ".",
                        Optional.empty());
    }

    /** Only one task can have a name, so an earlier one is deleted. Kubernetes keeps a CronJob with any other owner. */
    private static boolean ownersAreGone(CrmScheduledTask task, CronJob foreign) {
        List<OwnerReference> owners = foreign.getMetadata().getOwnerReferences();
        return !owners.isEmpty() && owners.stream().allMatch(owner -> isEarlier(task, owner));
    }

    private static boolean isEarlier(CrmScheduledTask task, OwnerReference owner) {
        return owner.getApiVersion().startsWith(CrmScheduledTask.GROUP + "/")
                && owner.getKind().equals(HasMetadata.getKind(CrmScheduledTask.class))
                && owner.getName().equals(task.name())
                && !owner.getUid().equals(task.uid());
    }

    private static String finalizers(CronJob foreign) {
        List<String> holding = foreign.getMetadata().getFinalizers();
        return holding.isEmpty() ? "" : ", held by finalizer " + String.join(", ", holding);
    }

    private static String controller(CronJob foreign) {
        return foreign.getMetadata().getOwnerReferences().stream()
                .filter(reference -> Boolean.TRUE.equals(reference.getController()))
                .map(reference -> reference.getKind() + " " + reference.getName() + " (" + reference.getUid() + ")")
                .findFirst()
                .orElse("no other resource");
    }
}
