package io.crmventas.tasks.operator.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.operator.control.RunOutcome.Accepted;
import io.crmventas.tasks.operator.control.RunOutcome.Busy;
import io.crmventas.tasks.operator.control.RunOutcome.Gone;
import io.crmventas.tasks.operator.control.RunOutcome.OtherOptions;
import io.crmventas.tasks.operator.control.RunOutcome.Pending;
import io.crmventas.tasks.operator.control.RunOutcome.Refused;
import io.crmventas.tasks.operator.resources.RunRefusal;
import io.crmventas.tasks.operator.resources.RunRequest;
import io.crmventas.tasks.operator.resources.RunnerSettings;
import io.crmventas.tasks.operator.suspension.Breakers;
import io.crmventas.tasks.operator.suspension.PauseNotice;
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

/** Asks for things by annotations of the task, as a person could by kubectl; the leader does the rest. */
public final class TaskControl {
    private static final JsonMapper JSON = new JsonMapper();
    private static final PatchContext MERGE = new PatchContext.Builder()
            .withPatchType(PatchType.JSON_MERGE)
            .withFieldManager(GlobalPause.FIELD_MANAGER)
            .build();
    private static final int MOST_TRIES = 3;

    private final KubernetesClient client;
    private final RunnerSettings settings;

    /** @param settings by which the leader would refuse a request */
    public TaskControl(KubernetesClient client, RunnerSettings settings) {
        this.client = client;
        this.settings = settings;
    }

    /** @return false: there is no such task any more */
    public boolean pause(String namespace, String name, String by, PauseOrder order) {
        Map<String, @Nullable String> annotations = new HashMap<>();
        annotations.put(PauseNotice.PAUSED, order.reason().orElse("true"));
        annotations.put(PauseNotice.BY, by);
        annotations.put(PauseNotice.UNTIL, order.until().map(Object::toString).orElse(null));
        return NotDone.unless(() -> annotate(namespace, name, annotations, Map.of()));
    }

    /** Takes a pause back and closes the breaker. @return false: there is no such task any more */
    public boolean resume(String namespace, String name, String token) {
        Map<String, @Nullable String> annotations = new HashMap<>();
        annotations.put(PauseNotice.PAUSED, null);
        annotations.put(PauseNotice.BY, null);
        annotations.put(PauseNotice.UNTIL, null);
        annotations.put(Breakers.RESUME, token);
        return NotDone.unless(() -> annotate(namespace, name, annotations, Map.of()));
    }

    /** The same token again gets the same answer, and no second run. What would be refused is not asked. */
    public RunOutcome run(String namespace, String name, String token, boolean dryRun) {
        return NotDone.unless(() -> ask(namespace, name, token, dryRun));
    }

    private RunOutcome ask(String namespace, String name, String token, boolean dryRun) {
        for (int attempt = 1; ; attempt++) {
            CrmScheduledTask task = task(namespace, name).get();
            if (task == null) {
                return new Gone();
            }
            RunRequest wish = new RunRequest(token, dryRun, List.of());
            Optional<CrmScheduledTaskStatus> status = Optional.ofNullable(task.told());
            Optional<RunRequest> asked = RunRequest.of(task);
            Optional<RunOutcome> answer = status.flatMap(told -> before(task, told, wish))
                    .or(() -> asked.filter(other -> other.token().equals(token)).map(same -> again(task, same, wish)))
                    .or(() -> refused(task, wish))
                    .or(() -> asked.filter(other -> !handled(status, other)).map(_ -> new Pending()))
                    .or(() -> status.flatMap(TaskControl::busy));
            if (answer.isPresent()) {
                return answer.get();
            }
            Map<String, @Nullable String> annotations = new HashMap<>();
            annotations.put(RunRequest.REQUESTED, token);
            annotations.put(RunRequest.OPTIONS, dryRun ? RunRequest.DRY_RUN : null);
            ObjectMeta seen = task.getMetadata();
            try {
                boolean there = annotate(
                        namespace,
                        name,
                        annotations,
                        Map.of("uid", seen.getUid(), "resourceVersion", seen.getResourceVersion()));
                return there ? new Accepted(wish.jobName(task)) : new Gone();
            } catch (KubernetesClientException changed) {
                // Somebody else wrote in between, perhaps another request.
                if (changed.getCode() != HttpURLConnection.HTTP_CONFLICT || attempt == MOST_TRIES) {
                    throw changed;
                }
            }
        }
    }

    /** What became of a request with this token; empty when there was none. */
    private static Optional<RunOutcome> before(CrmScheduledTask task, CrmScheduledTaskStatus status, RunRequest wish) {
        return status.handledRequest(wish.token()).map(known -> {
            boolean dryRun = Boolean.TRUE.equals(known.dryRun());
            if (dryRun != wish.dryRun()) {
                return new OtherOptions(dryRun);
            }
            return known.reason() == null
                    ? new Accepted(wish.jobName(task))
                    : new Refused(known.reason(), Objects.requireNonNullElse(known.message(), ""));
        });
    }

    /** A request with this token, which the leader has not noted yet. */
    private RunOutcome again(CrmScheduledTask task, RunRequest same, RunRequest wish) {
        return same.dryRun() == wish.dryRun()
                ? refused(task, same).orElseGet(() -> new Accepted(wish.jobName(task)))
                : new OtherOptions(same.dryRun());
    }

    private Optional<RunOutcome> refused(CrmScheduledTask task, RunRequest request) {
        return RunRefusal.of(task, request, settings).map(refusal -> new Refused(refusal.reason(), refusal.message()));
    }

    private static boolean handled(Optional<CrmScheduledTaskStatus> status, RunRequest request) {
        return status.map(CrmScheduledTaskStatus::lastHandledRunRequest)
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

    private Resource<CrmScheduledTask> task(String namespace, String name) {
        return client.resources(CrmScheduledTask.class).inNamespace(namespace).withName(name);
    }
}
