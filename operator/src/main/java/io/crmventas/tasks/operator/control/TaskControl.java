package io.crmventas.tasks.operator.control;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.HandledRequest;
import io.crmventas.tasks.operator.config.RunnerSettings;
import io.crmventas.tasks.operator.http.Answer;
import io.crmventas.tasks.operator.http.Answer.Refusal;
import io.crmventas.tasks.operator.resources.RunRequest;
import io.crmventas.tasks.operator.suspension.CircuitBreaker;
import io.crmventas.tasks.operator.suspension.PauseNotice;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Pauses, resumes and runs tasks by annotations, as a person can with kubectl. It pauses all tasks by a ConfigMap in
 * the operator's namespace, which no release and no GitOps tool changes. The leader does the rest. If a call is not
 * possible, this class refuses it.
 */
public final class TaskControl {
    private static final String FIELD_MANAGER = "crm-task-operator-control";
    private static final PatchContext MERGE = new PatchContext.Builder()
            .withPatchType(PatchType.JSON_MERGE)
            .withFieldManager(FIELD_MANAGER)
            .build();
    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(FIELD_MANAGER)
            .withForce(true)
            .build();
    private static final int MOST_ATTEMPTS = 3;

    private final KubernetesClient client;
    private final String operatorNamespace;
    private final RunnerSettings settings;

    /**
     * @param client a client that gives up soon, because a caller waits for the answer
     * @param settings the settings for which the leader can refuse a request
     */
    public TaskControl(KubernetesClient client, String operatorNamespace, RunnerSettings settings) {
        this.client = client;
        this.operatorNamespace = operatorNamespace;
        this.settings = settings;
    }

    public String operatorNamespace() {
        return operatorNamespace;
    }

    public void pauseAll(String by, PauseOrder order) {
        String until = order.until().map(Object::toString).orElse("");
        applyGlobalPause(
                Map.of("paused", "true", "by", by, "reason", order.reason().orElse(""), "until", until));
    }

    public void resumeAll() {
        applyGlobalPause(Map.of("paused", "false"));
    }

    /**
     * Applies the ConfigMap. A pause sets every key, because an apply keeps those of another client: an end that has
     * passed would end the new pause, too.
     */
    private void applyGlobalPause(Map<String, String> data) {
        ConfigMap pause = new ConfigMapBuilder()
                .withNewMetadata()
                .withName(PauseNotice.CONFIG_MAP)
                .withNamespace(operatorNamespace)
                .endMetadata()
                .withData(data)
                .build();
        client.resource(pause).patch(APPLY);
    }

    public void pause(CrmScheduledTask task, String by, PauseOrder order) {
        Map<String, @Nullable String> annotations = new HashMap<>();
        annotations.put(PauseNotice.PAUSED, order.reason().orElse("true"));
        annotations.put(PauseNotice.BY, by);
        annotations.put(PauseNotice.UNTIL, order.until().map(Object::toString).orElse(null));
        annotate(task, annotations, Map.of());
    }

    /** Removes a pause and closes the breaker. */
    public void resume(CrmScheduledTask task, String token) {
        Map<String, @Nullable String> annotations = new HashMap<>();
        annotations.put(PauseNotice.PAUSED, null);
        annotations.put(PauseNotice.BY, null);
        annotations.put(PauseNotice.UNTIL, null);
        annotations.put(CircuitBreaker.RESUME, token);
        annotate(task, annotations, Map.of());
    }

    /**
     * Requests a run from the leader, and refuses what the leader would refuse. A repeated token gets the same answer
     * and starts no second run.
     *
     * @return the name of the Job that the leader creates or has created
     */
    public String run(CrmScheduledTask row, String token, boolean dryRun) {
        RunRequest wanted = new RunRequest(token, dryRun);
        for (int attempt = 1; ; attempt++) {
            CrmScheduledTask task = resource(row).get();
            if (task == null) {
                throw gone(row);
            }
            try {
                if (!askedBefore(task, wanted)) {
                    refuseBesideAnother(task);
                    String seen = task.getMetadata().getResourceVersion();
                    annotate(row, Map.of(wanted.annotation(), token), Map.of("resourceVersion", seen));
                }
                return wanted.jobName(task);
            } catch (KubernetesClientException changed) {
                // Another client changed the task meanwhile, perhaps with another request for a run.
                if (changed.getCode() != HttpURLConnection.HTTP_CONFLICT || attempt == MOST_ATTEMPTS) {
                    throw changed;
                }
            }
        }
    }

    /** Returns whether the leader got this request earlier. Refuses what the leader refused or would refuse. */
    private boolean askedBefore(CrmScheduledTask task, RunRequest wanted) {
        CrmScheduledTaskStatus status = task.reportedStatus();
        RunRequest other = new RunRequest(wanted.token(), !wanted.dryRun());
        if (status.handledRequest(other.token(), other.dryRun()).isPresent()
                || RunRequest.on(task).contains(other)) {
            throw new Refusal(
                    Answer.CONFLICT,
                    "token \"" + wanted.token() + "\" stands for a " + (wanted.dryRun() ? "real run" : "dry run")
                            + " already; ask for another kind of run with another token");
        }
        HandledRequest handled =
                status.handledRequest(wanted.token(), wanted.dryRun()).orElse(null);
        if (handled == null) {
            wanted.refusal(task, settings).ifPresent(refusal -> {
                throw unprocessable(refusal.reason(), refusal.message());
            });
            return RunRequest.on(task).contains(wanted);
        }
        if (handled.reason() != null) {
            throw unprocessable(handled.reason(), Objects.requireNonNullElse(handled.message(), ""));
        }
        return true;
    }

    private static void refuseBesideAnother(CrmScheduledTask task) {
        CrmScheduledTaskStatus status = task.reportedStatus();
        boolean waiting = RunRequest.on(task).stream()
                .anyMatch(request -> !request.token().equals(status.lastHandledRequest(request.dryRun())));
        if (waiting) {
            throw new Refusal(Answer.error(
                            Answer.CONFLICT, "an earlier request for a run still waits for the operator; try again")
                    .with("Retry-After", "2"));
        }
        if (!status.active().isEmpty()) {
            throw new Refusal(
                    Answer.CONFLICT, "a run of this task is active already: Job " + String.join(", ", status.active()));
        }
    }

    private static Refusal unprocessable(String reason, String message) {
        return new Refusal(Answer.json(Answer.UNPROCESSABLE, Map.of("error", message, "reason", reason)));
    }

    private static Refusal gone(CrmScheduledTask task) {
        return new Refusal(Answer.NOT_FOUND, "no task \"" + task.name() + "\" any more");
    }

    private void annotate(
            CrmScheduledTask task,
            Map<String, ? extends @Nullable String> annotations,
            Map<String, String> preconditions) {
        Map<String, Object> metadata = new HashMap<>(preconditions);
        metadata.put("annotations", annotations);
        try {
            resource(task).patch(MERGE, client.getKubernetesSerialization().asJson(Map.of("metadata", metadata)));
        } catch (KubernetesClientException failed) {
            throw failed.getCode() == HttpURLConnection.HTTP_NOT_FOUND ? gone(task) : failed;
        }
    }

    private Resource<CrmScheduledTask> resource(CrmScheduledTask task) {
        return client.resources(CrmScheduledTask.class)
                .inNamespace(task.namespace())
                .withName(task.name());
    }
}
