package io.crmventas.tasks.operator.resources;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.config.Catalog.RunnerProfile;
import io.crmventas.tasks.operator.config.RunnerSettings;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Defines the labels of everything that a task owns. The CronJob copies them to its Jobs, and a Job to its pods. */
public final class TaskLabels {
    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    public static final String OPERATOR = "crm-task-operator";
    /** The value is {@code spec.task}. */
    public static final String TASK = "crmventas.io/task";
    /** The value is the name of the CrmScheduledTask. */
    public static final String TASK_NAME = "crmventas.io/task-name";
    /** The value is the UID of the CrmScheduledTask, because a recreated task must not get the deleted one's Jobs. */
    public static final String TASK_UID = "crmventas.io/task-uid";

    /** Jobs that the operator creates have this label with the trigger of {@code status.lastRun.trigger}. */
    public static final String TRIGGER = "crmventas.io/trigger";

    /** The value is what a Job or pod does. A Job or pod without this label is a run. */
    public static final String ROLE = "crmventas.io/role";

    public static final String PREFLIGHT = "preflight";

    private static final String KUEUE_QUEUE = "kueue.x-k8s.io/queue-name";

    /** The informers watch resources with these labels. */
    public static final String SELECTOR = MANAGED_BY + "=" + OPERATOR + "," + TASK_NAME;

    private TaskLabels() {}

    static Map<String, String> of(CrmScheduledTask task) {
        Map<String, String> labels = new TreeMap<>();
        labels.put("app.kubernetes.io/name", "crm-task");
        labels.put("app.kubernetes.io/instance", task.name());
        labels.put("app.kubernetes.io/component", task.getSpec().task());
        labels.put(MANAGED_BY, OPERATOR);
        labels.put(TASK, task.getSpec().task());
        labels.put(TASK_NAME, task.name());
        labels.put(TASK_UID, task.uid());
        return labels;
    }

    /** The operator's labels replace those of the profile, because its watches depend on them. */
    static Map<String, String> ofPod(CrmScheduledTask task, RunnerProfile profile) {
        Map<String, String> labels = new TreeMap<>(profile.labels());
        labels.putAll(of(task));
        return labels;
    }

    /** Adds the queue of the profile. A Job with a queue waits until Kueue admits it. */
    static Map<String, String> ofJob(CrmScheduledTask task, RunnerSettings settings) {
        Map<String, String> labels = of(task);
        settings.catalog().profileOf(task).queue().ifPresent(queue -> labels.put(KUEUE_QUEUE, queue));
        return labels;
    }

    public static Optional<String> taskName(HasMetadata resource) {
        return label(resource, TASK_NAME);
    }

    public static Optional<String> trigger(HasMetadata job) {
        return label(job, TRIGGER);
    }

    /** Returns whether the Job is a preflight. A preflight is no run, and no counter counts it. */
    public static boolean isPreflight(HasMetadata job) {
        return label(job, ROLE).equals(Optional.of(PREFLIGHT));
    }

    /** Returns whether the operator created the resource for a task of this name. */
    static boolean isOf(CrmScheduledTask task, HasMetadata resource) {
        return label(resource, MANAGED_BY).equals(Optional.of(OPERATOR))
                && label(resource, TASK_NAME).equals(Optional.of(task.name()));
    }

    public static boolean belongsTo(CrmScheduledTask task, HasMetadata resource) {
        return label(resource, TASK_UID).equals(Optional.of(task.uid()));
    }

    private static Optional<String> label(HasMetadata resource, String name) {
        return Optional.ofNullable(resource.getMetadata().getLabels().get(name));
    }
}
