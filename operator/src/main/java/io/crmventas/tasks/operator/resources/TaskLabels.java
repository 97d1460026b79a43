package io.crmventas.tasks.operator.resources;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.config.Catalog.RunnerProfile;
import io.crmventas.tasks.operator.config.RunnerSettings;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Labels of everything that a task owns. The CronJob copies them to its Jobs, and a Job to its pods. */
public final class TaskLabels {
    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    public static final String OPERATOR = "crm-task-operator";
    /** What runs, as in {@code spec.task}. */
    public static final String TASK = "crmventas.io/task";
    /** Name of the CrmScheduledTask. */
    public static final String TASK_NAME = "crmventas.io/task-name";
    /** UID of the CrmScheduledTask: the Jobs of a deleted task do not belong to a new task of the same name. */
    public static final String TASK_UID = "crmventas.io/task-uid";

    /** What started a run, on Jobs that the operator creates; see {@code status.lastRun.trigger}. */
    public static final String TRIGGER = "crmventas.io/trigger";

    /** What a Job or pod does; absent: a run. */
    public static final String ROLE = "crmventas.io/role";

    public static final String PREFLIGHT = "preflight";

    private static final String KUEUE_QUEUE = "kueue.x-k8s.io/queue-name";

    /** What the informers watch. */
    public static final String SELECTOR = MANAGED_BY + "=" + OPERATOR + "," + TASK_NAME;

    private TaskLabels() {}

    static Map<String, String> of(CrmScheduledTask task) {
        Map<String, String> labels = new TreeMap<>();
        labels.put("app.kubernetes.io/name", "crm-task");
        labels.put("app.kubernetes.io/instance", task.getMetadata().getName());
        labels.put("app.kubernetes.io/component", task.getSpec().task());
        labels.put(MANAGED_BY, OPERATOR);
        labels.put(TASK, task.getSpec().task());
        labels.put(TASK_NAME, task.getMetadata().getName());
        labels.put(TASK_UID, task.getMetadata().getUid());
        return labels;
    }

    /** The operator's labels replace those of the profile, because its watches depend on them. */
    static Map<String, String> ofPod(CrmScheduledTask task, RunnerProfile profile) {
        Map<String, String> labels = new TreeMap<>(profile.labels());
        labels.putAll(of(task));
        return labels;
    }

    /** The Jobs of a profile with a queue wait until Kueue admits them. */
    static Map<String, String> ofJob(CrmScheduledTask task, RunnerSettings settings) {
        Map<String, String> labels = of(task);
        settings.catalog().profileOf(task).queue().ifPresent(queue -> labels.put(KUEUE_QUEUE, queue));
        return labels;
    }

    /** Name of the task that a CronJob, Job or pod belongs to. */
    public static Optional<String> taskName(HasMetadata resource) {
        return label(resource, TASK_NAME);
    }

    public static Optional<String> trigger(HasMetadata job) {
        return label(job, TRIGGER);
    }

    /** A preflight is no run, and no counter counts it. */
    public static boolean isPreflight(HasMetadata job) {
        return label(job, ROLE).equals(Optional.of(PREFLIGHT));
    }

    /** Whether the operator created the resource for a task of this name. */
    static boolean isOf(CrmScheduledTask task, HasMetadata resource) {
        return label(resource, MANAGED_BY).equals(Optional.of(OPERATOR))
                && label(resource, TASK_NAME)
                        .equals(Optional.of(task.getMetadata().getName()));
    }

    public static boolean belongsTo(CrmScheduledTask task, HasMetadata resource) {
        return label(resource, TASK_UID).equals(Optional.of(task.getMetadata().getUid()));
    }

    private static Optional<String> label(HasMetadata resource, String name) {
        return Optional.ofNullable(resource.getMetadata().getLabels()).map(labels -> labels.get(name));
    }
}
