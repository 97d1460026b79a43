package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.operator.resources.TaskLabels;
import io.crmventas.tasks.operator.status.Placement;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Counts a start as missed only after the API server has confirmed that there is no Job. A watch can be silent for ten
 * minutes before the client notices, and a start that is counted as missed raises an alert and is never taken back.
 */
final class MissedStarts {
    private static final Duration RETRY = Duration.ofSeconds(10);

    private final KubernetesClient client;

    MissedStarts(KubernetesClient client) {
        this.client = client;
    }

    SlotAccount count(
            CrmScheduledTask task,
            Placement placement,
            Runs runs,
            @Nullable CrmScheduledTaskStatus previous,
            FailedCalls failed,
            Instant now) {
        SlotAccount suspected = SlotAccount.of(task, placement, runs, previous, now);
        if (suspected.missed() == 0) {
            return suspected;
        }
        try {
            Runs live = runs.withLive(
                    task,
                    client.batch()
                            .v1()
                            .jobs()
                            .inNamespace(task.getMetadata().getNamespace())
                            .withLabel(TaskLabels.TASK_UID, task.getMetadata().getUid())
                            .list()
                            .getItems(),
                    now);
            return SlotAccount.of(task, placement, live, previous, now);
        } catch (KubernetesClientException error) {
            failed.add("list the Jobs of task " + task.getMetadata().getName(), error);
            return suspected.postponed(previous, now.plus(RETRY));
        }
    }
}
