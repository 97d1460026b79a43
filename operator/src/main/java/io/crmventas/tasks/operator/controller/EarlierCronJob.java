package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.status.Placement.Refused;
import io.crmventas.tasks.operator.status.Reason;
import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what an earlier task of the same name left. Kubernetes' garbage collector would, but misses it for good when
 * the task was deleted and made anew while the collector's watch on tasks was down.
 */
final class EarlierCronJob {
    private static final Logger LOG = LoggerFactory.getLogger(EarlierCronJob.class);

    /** It is gone, or no longer what we saw: whatever it is now, the next look sees it. */
    private static final Set<Integer> MEANWHILE =
            Set.of(HttpURLConnection.HTTP_NOT_FOUND, HttpURLConnection.HTTP_CONFLICT);

    /** Of rights and of admission: nothing that a retry at once would change. */
    private static final Set<Integer> REFUSALS = Set.of(400, 403, 422);

    private EarlierCronJob() {}

    /** @param foreign as it was seen, which is not changed; a task's own CronJob does not come here */
    static Refused refuse(CrmScheduledTask task, CronJob foreign, KubernetesClient client) {
        Refused refused = ForeignCronJob.refuse(task, foreign);
        if (refused.reason() != Reason.AWAITING_DELETION
                || foreign.getMetadata().getDeletionTimestamp() != null
                || !isTheOneThatIsThere(task, client)) {
            return refused;
        }
        try {
            delete(foreign.getMetadata(), client);
        } catch (KubernetesClientException no) {
            if (REFUSALS.contains(no.getCode())) {
                return told(refused, foreign, no);
            }
            if (!MEANWHILE.contains(no.getCode())) {
                throw no;
            }
        }
        return refused;
    }

    /** A cache that is late would have us take the CronJob of a later task for one of an earlier. */
    private static boolean isTheOneThatIsThere(CrmScheduledTask task, KubernetesClient client) {
        CrmScheduledTask now = client.resource(task).get();
        return now != null
                && now.getMetadata().getUid().equals(task.getMetadata().getUid());
    }

    /** With the resource version: its owners are still those that we saw. */
    private static void delete(ObjectMeta earlier, KubernetesClient client) {
        DeleteOptions options = new DeleteOptionsBuilder()
                .withPropagationPolicy("Background")
                .withNewPreconditions()
                .withUid(earlier.getUid())
                .withResourceVersion(earlier.getResourceVersion())
                .endPreconditions()
                .build();
        client.raw(
                "/apis/batch/v1/namespaces/" + earlier.getNamespace() + "/cronjobs/" + earlier.getName(),
                "DELETE",
                options);
        LOG.atInfo()
                .addKeyValue("namespace", earlier.getNamespace())
                .addKeyValue("cronJob", earlier.getName())
                .addKeyValue("uid", earlier.getUid())
                .addKeyValue(
                        "earlierTask", earlier.getOwnerReferences().getFirst().getUid())
                .log("CronJob deleted: an earlier task of this name left it");
    }

    private static Refused told(Refused refused, CronJob foreign, KubernetesClientException no) {
        String why = CronJobs.answer(no);
        LOG.atWarn()
                .addKeyValue("namespace", foreign.getMetadata().getNamespace())
                .addKeyValue("cronJob", foreign.getMetadata().getName())
                .addKeyValue("refusal", why)
                .log("CronJob of an earlier task of this name cannot be deleted");
        return new Refused(
                refused.reason(),
                "CronJob " + foreign.getMetadata().getName()
                        + " of an earlier task of this name is still there, and Kubernetes refused to delete it: " + why
                        + ".",
                refused.cronJob());
    }
}
