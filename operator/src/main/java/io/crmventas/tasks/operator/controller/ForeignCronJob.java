package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.status.Placement.Refused;
import io.crmventas.tasks.operator.status.Reason;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import java.util.List;
import java.util.Optional;

/** What to say of a CronJob that has the task's name and is not its own. */
final class ForeignCronJob {
    private ForeignCronJob() {}

    static Refused refuse(CrmScheduledTask task, CronJob foreign) {
        String name = foreign.getMetadata().getName();
        return ownersAreGone(task, foreign)
                ? new Refused(
                        Reason.AWAITING_DELETION,
                        "CronJob " + name + " of an earlier task of this name is being deleted" + finalizers(foreign)
                                + ".",
                        Optional.empty())
                : new Refused(
                        Reason.NAME_CONFLICT,
                        "A CronJob " + name + " exists that this task did not make; it is controlled by "
                                + controller(foreign) + ".",
                        Optional.empty());
    }

    /** Only one task can have a name, so one that had it before is gone; any other owner makes Kubernetes keep it. */
    private static boolean ownersAreGone(CrmScheduledTask task, CronJob foreign) {
        List<OwnerReference> owners = foreign.getMetadata().getOwnerReferences();
        return !owners.isEmpty() && owners.stream().allMatch(owner -> isEarlier(task, owner));
    }

    private static boolean isEarlier(CrmScheduledTask task, OwnerReference owner) {
        return owner.getApiVersion().startsWith(CrmScheduledTask.GROUP + "/")
                && owner.getKind().equals(HasMetadata.getKind(CrmScheduledTask.class))
                && owner.getName().equals(task.getMetadata().getName())
                && !owner.getUid().equals(task.getMetadata().getUid());
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
