package io.crmventas.tasks.operator.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.operator.config.RunnerSettings;
import io.crmventas.tasks.operator.control.RunOutcome.Accepted;
import io.crmventas.tasks.operator.control.RunOutcome.Busy;
import io.crmventas.tasks.operator.control.RunOutcome.Gone;
import io.crmventas.tasks.operator.control.RunOutcome.OtherOptions;
import io.crmventas.tasks.operator.control.RunOutcome.Pending;
import io.crmventas.tasks.operator.control.RunOutcome.Refused;
import io.crmventas.tasks.operator.resources.RunRefusal;
import io.crmventas.tasks.operator.resources.RunRequest;
import io.crmventas.tasks.operator.suspension.CircuitBreaker;
import io.crmventas.tasks.operator.suspension.PauseNotice;
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
import java.util.function.Supplier;
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

    /** Kubernetes refused a call or did not answer it. */
    public static final class CallFailed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final boolean conflict;

        private CallFailed(KubernetesClientException cause) {
            super(cause.getMessage(), cause);
            this.conflict = cause.getCode() == HttpURLConnection.HTTP_CONFLICT;
        }

        /** True when another client changed the same object meanwhile; the same call can succeed later. */
        public boolean conflict() {
            return conflict;
        }
    }

    /** @param settings by which the leader refuses a request */
    TaskControl(KubernetesClient client, String operatorNamespace, RunnerSettings settings) {
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
        call(() -> client.resource(pause).patch(APPLY));
    }

    /** @return false: the task was deleted */
    public boolean pause(String namespace, String name, String by, PauseOrder order) {
        Map<String, @Nullable String> annotations = new HashMap<>();
        annotations.put(PauseNotice.PAUSED, order.reason().orElse("true"));
        annotations.put(PauseNotice.BY, by);
        annotations.put(PauseNotice.UNTIL, order.until().map(Object::toString).orElse(null));
        return call(() -> annotate(namespace, name, annotations, Map.of()));
    }

    /** Removes a pause and closes the breaker. @return false: the task was deleted */
    public boolean resume(String namespace, String name, String token) {
        Map<String, @Nullable String> annotations = new HashMap<>();
        annotations.put(PauseNotice.PAUSED, null);
        annotations.put(PauseNotice.BY, null);
        annotations.put(PauseNotice.UNTIL, null);
        annotations.put(CircuitBreaker.RESUME, token);
        return call(() -> annotate(namespace, name, annotations, Map.of()));
    }

    /**
     * Asks the leader for a run, unless the leader would refuse it. The same token again gets the same answer and no
     * second run.
     */
    public RunOutcome run(String namespace, String name, String token, boolean dryRun) {
        return call(() -> ask(namespace, name, token, dryRun));
    }

    private RunOutcome ask(String namespace, String name, String token, boolean dryRun) {
        for (int attempt = 1; ; attempt++) {
            CrmScheduledTask task = task(namespace, name).get();
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
                        namespace,
                        name,
                        annotations,
                        Map.of("uid", seen.getUid(), "resourceVersion", seen.getResourceVersion()));
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
        return RunRefusal.of(task, request, settings).map(refusal -> new Refused(refusal.reason(), refusal.message()));
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
            String namespace,
            String name,
            Map<String, @Nullable String> annotations,
            Map<String, String> preconditions) {
        Map<String, Object> metadata = new HashMap<>(preconditions);
        metadata.put("annotations", annotations);
        try {
            task(namespace, name).patch(MERGE, JSON.writeValueAsString(Map.of("metadata", metadata)));
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

    private static <T> T call(Supplier<T> calls) {
        try {
            return calls.get();
        } catch (KubernetesClientException failed) {
            throw new CallFailed(failed);
        }
    }

    private Resource<CrmScheduledTask> task(String namespace, String name) {
        return client.resources(CrmScheduledTask.class).inNamespace(namespace).withName(name);
    }
}
