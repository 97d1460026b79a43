package io.crmventas.tasks.operator.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.operator.config.RunnerSettings;
import io.crmventas.tasks.operator.resources.RunRequest;
import io.crmventas.tasks.operator.suspension.CircuitBreaker;
import io.crmventas.tasks.operator.suspension.PauseNotice;
import io.crmventas.tasks.operator.view.TaskRow;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Pauses, resumes and runs tasks by their annotations, as a person can with kubectl, and pauses all tasks by a ConfigMap
 * of the operator's namespace, so that no release and no GitOps tool undoes it. The leader does the rest.
 */
public final class TaskControl {
    private static final JsonMapper JSON = new JsonMapper();
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

    /** The answer to a request for a run. */
    public sealed interface RunOutcome {}

    /** @param job that the leader starts, or started already */
    public record Accepted(String job) implements RunOutcome {}

    /** No run starts, now or later. */
    public record Refused(String reason, String message) implements RunOutcome {}

    /** @param dryRun what an earlier request with this token asked for */
    public record OtherOptions(boolean dryRun) implements RunOutcome {}

    public record Busy(List<String> active) implements RunOutcome {}

    /** Another request waits for the leader. */
    public record Pending() implements RunOutcome {}

    /** The task was deleted. */
    public record Gone() implements RunOutcome {}

    /**
     * @param client gives up soon, because a caller waits for the answer
     * @param settings by which the leader refuses a request
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
        Map<String, String> data = new HashMap<>(Map.of("paused", "true", "by", by));
        order.reason().ifPresent(reason -> data.put("reason", reason));
        order.until().ifPresent(until -> data.put("until", until.toString()));
        applyGlobalPause(data);
    }

    public void resumeAll() {
        applyGlobalPause(Map.of("paused", "false"));
    }

    /** The apply removes keys that an earlier one set and this one does not. */
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

    /** @return false: the task was deleted */
    public boolean pause(TaskRow task, String by, PauseOrder order) {
        Map<String, @Nullable String> annotations = new HashMap<>();
        annotations.put(PauseNotice.PAUSED, order.reason().orElse("true"));
        annotations.put(PauseNotice.BY, by);
        annotations.put(PauseNotice.UNTIL, order.until().map(Object::toString).orElse(null));
        return annotate(task, annotations, Map.of());
    }

    /** Removes a pause and closes the breaker. @return false: the task was deleted */
    public boolean resume(TaskRow task, String token) {
        Map<String, @Nullable String> annotations = new HashMap<>();
        annotations.put(PauseNotice.PAUSED, null);
        annotations.put(PauseNotice.BY, null);
        annotations.put(PauseNotice.UNTIL, null);
        annotations.put(CircuitBreaker.RESUME, token);
        return annotate(task, annotations, Map.of());
    }

    /**
     * Asks the leader for a run, unless the leader would refuse it. The same token again gets the same answer and no
     * second run.
     */
    public RunOutcome run(TaskRow row, String token, boolean dryRun) {
        for (int attempt = 1; ; attempt++) {
            CrmScheduledTask task = resource(row).get();
            if (task == null) {
                return new Gone();
            }
            RunRequest wanted = new RunRequest(token, dryRun);
            Optional<CrmScheduledTaskStatus> status = Optional.ofNullable(task.reportedStatus());
            List<RunRequest> asked = RunRequest.on(task);
            Optional<RunOutcome> answer = status.flatMap(known -> before(task, known, wanted))
                    .or(() -> asked.stream()
                            .filter(other -> other.token().equals(token))
                            .findFirst()
                            .map(same -> again(task, same, wanted)))
                    .or(() -> refused(task, wanted))
                    .or(() -> asked.stream()
                            .filter(other -> !handled(status, other))
                            .findFirst()
                            .map(_ -> new Pending()))
                    .or(() -> status.flatMap(TaskControl::busy));
            if (answer.isPresent()) {
                return answer.get();
            }
            Map<String, @Nullable String> annotations = new HashMap<>();
            annotations.put(wanted.annotation(), token);
            ObjectMeta seen = task.getMetadata();
            try {
                boolean there = annotate(
                        row, annotations, Map.of("uid", seen.getUid(), "resourceVersion", seen.getResourceVersion()));
                return there ? new Accepted(wanted.jobName(task)) : new Gone();
            } catch (KubernetesClientException changed) {
                // Another client wrote in between, perhaps another request for a run.
                if (changed.getCode() != HttpURLConnection.HTTP_CONFLICT || attempt == MOST_ATTEMPTS) {
                    throw changed;
                }
            }
        }
    }

    /** The answer to an earlier request with this token; empty when there was none. */
    private static Optional<RunOutcome> before(
            CrmScheduledTask task, CrmScheduledTaskStatus status, RunRequest wanted) {
        if (status.handledRequest(wanted.token(), !wanted.dryRun()).isPresent()) {
            return Optional.of(new OtherOptions(!wanted.dryRun()));
        }
        return status.handledRequest(wanted.token(), wanted.dryRun())
                .map(known -> known.reason() == null
                        ? new Accepted(wanted.jobName(task))
                        : new Refused(known.reason(), Objects.requireNonNullElse(known.message(), "")));
    }

    /** The answer to a request with this token that the leader has not recorded yet. */
    private RunOutcome again(CrmScheduledTask task, RunRequest same, RunRequest wanted) {
        return same.dryRun() == wanted.dryRun()
                ? refused(task, same).orElseGet(() -> new Accepted(wanted.jobName(task)))
                : new OtherOptions(same.dryRun());
    }

    private Optional<RunOutcome> refused(CrmScheduledTask task, RunRequest request) {
        return request.refusal(task, settings).map(refusal -> new Refused(refusal.reason(), refusal.message()));
    }

    private static boolean handled(Optional<CrmScheduledTaskStatus> status, RunRequest request) {
        return status.map(known -> known.lastHandledRequest(request.dryRun()))
                .filter(request.token()::equals)
                .isPresent();
    }

    private static Optional<RunOutcome> busy(CrmScheduledTaskStatus status) {
        List<String> active = status.active();
        return active == null || active.isEmpty() ? Optional.empty() : Optional.of(new Busy(active));
    }

    private boolean annotate(
            TaskRow task, Map<String, @Nullable String> annotations, Map<String, String> preconditions) {
        Map<String, Object> metadata = new HashMap<>(preconditions);
        metadata.put("annotations", annotations);
        try {
            resource(task).patch(MERGE, JSON.writeValueAsString(Map.of("metadata", metadata)));
            return true;
        } catch (KubernetesClientException failed) {
            if (failed.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return false;
            }
            throw failed;
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("texts have a JSON form", impossible);
        }
    }

    private Resource<CrmScheduledTask> resource(TaskRow task) {
        return client.resources(CrmScheduledTask.class)
                .inNamespace(task.namespace())
                .withName(task.name());
    }
}
