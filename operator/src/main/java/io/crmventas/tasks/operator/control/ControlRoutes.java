package io.crmventas.tasks.operator.control;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.control.Authorizer.Permission;
import io.crmventas.tasks.operator.control.Authorizer.Verb;
import io.crmventas.tasks.operator.http.Answer;
import io.crmventas.tasks.operator.http.HealthDocument;
import io.crmventas.tasks.operator.http.HealthRoutes;
import io.crmventas.tasks.operator.http.HealthRoutes.TaskCall;
import io.crmventas.tasks.operator.http.HealthRoutes.TaskCall.Action;
import io.crmventas.tasks.operator.http.HttpPort.Routes;
import io.crmventas.tasks.operator.http.Request;
import io.crmventas.tasks.operator.view.OperatorView;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pauses, starts and runs tasks for callers whom Kubernetes permits it. The open routes answer all other paths. */
public final class ControlRoutes implements Routes {
    private static final Logger LOG = LoggerFactory.getLogger(ControlRoutes.class);
    private static final Pattern RUN_TOKEN = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._:-]{0,61}[A-Za-z0-9])?");

    private final Routes open;
    private final Supplier<OperatorView> operator;
    private final Authorizer authorizer;
    private final TaskControl tasks;
    private final Clock clock;

    /** @param open the routes of the open port */
    public ControlRoutes(
            Routes open, Supplier<OperatorView> operator, Authorizer authorizer, TaskControl tasks, Clock clock) {
        this.open = open;
        this.operator = operator;
        this.authorizer = authorizer;
        this.tasks = tasks;
        this.clock = clock;
    }

    @Override
    public Answer answer(Request request) throws IOException {
        TaskCall call = TaskCall.find(request).orElse(null);
        if (call == null
                || (call.action() == Action.READ
                        && request.header("Authorization").isEmpty())) {
            return open.answer(request);
        }
        boolean run = call.action() == Action.RUN;
        // A client or a proxy may repeat a GET. The token prevents a second run.
        boolean safe = call.action() == Action.READ
                || (run
                        && request.method().equals("GET")
                        && request.parameter("token").isPresent());
        if (!request.method().equals("POST") && !safe) {
            return run
                    ? Answer.error(Answer.METHOD_NOT_ALLOWED, "only POST, or GET with the parameter token")
                            .with("Allow", "POST, GET")
                    : Answer.error(Answer.METHOD_NOT_ALLOWED, "only POST").with("Allow", "POST");
        }
        OperatorView view = operator.get();
        String namespace = call.task()
                .map(name -> request.parameter("namespace")
                        .orElseGet(() ->
                                HealthRoutes.one(view, name, Optional.empty()).namespace()))
                // A user who may pause all tasks of the operator's own namespace may also pause all tasks everywhere.
                .orElse(tasks.operatorNamespace());
        try {
            // A caller without the permission must not find out whether a task exists in a named namespace.
            String who = authorizer.authorize(request, new Permission(verb(call.action()), namespace, call.task()));
            Optional<CrmScheduledTask> task =
                    call.task().map(name -> HealthRoutes.one(view, name, Optional.of(namespace)));
            return switch (call.action()) {
                case READ -> Answer.json(Answer.OK, HealthDocument.details(task.orElseThrow()));
                case STOP -> stop(request, who, task);
                case START -> start(request, who, task);
                case RUN -> run(request, who, task.orElseThrow());
            };
        } catch (IllegalArgumentException invalid) {
            return Answer.error(Answer.BAD_REQUEST, String.valueOf(invalid.getMessage()));
        } catch (KubernetesClientException failed) {
            LOG.atError()
                    .addKeyValue("path", request.path())
                    .setCause(failed)
                    .log("Kubernetes did not do what a call of the control port needs");
            int code = failed.getCode();
            if (code == HttpURLConnection.HTTP_CONFLICT) {
                return Answer.error(Answer.CONFLICT, "another client changes the task at the same time; try again");
            }
            // For example, an admission policy refuses the change, or the operator's role lacks a permission.
            if (code >= Answer.BAD_REQUEST && code <= Answer.UNPROCESSABLE) {
                String why = failed.getStatus() == null
                        ? "status " + code
                        : failed.getStatus().getMessage();
                return Answer.error(Answer.UNPROCESSABLE, "Kubernetes refused the change, so nothing was done: " + why);
            }
            // Without a token, each call requests another run.
            boolean once = !run || token(request).isPresent();
            return Authorizer.unavailable("it is not known whether this was done"
                    + (once
                            ? ", and the same call again does it once"
                            : "; look at the task before you repeat the call"));
        }
    }

    private static Verb verb(Action action) {
        return switch (action) {
            case READ -> Verb.READ;
            case RUN -> Verb.RUN;
            case START, STOP -> Verb.PAUSE;
        };
    }

    /** @param task empty: all tasks */
    private Answer stop(Request request, String who, Optional<CrmScheduledTask> task) throws IOException {
        request.allowParameters(task.isPresent() ? Set.of("namespace") : Set.of());
        PauseOrder order = PauseOrder.read(request.body(), clock.instant());
        task.ifPresentOrElse(one -> tasks.pause(one, who, order), () -> tasks.pauseAll(who, order));
        Map<String, Object> document = changed(task, "paused", who);
        order.reason().ifPresent(reason -> document.put("reason", reason));
        order.until().ifPresent(until -> document.put("until", until.toString()));
        return Answer.json(Answer.OK, document);
    }

    /** @param task empty: all tasks */
    private Answer start(Request request, String who, Optional<CrmScheduledTask> task) throws IOException {
        request.allowParameters(task.isPresent() ? Set.of("namespace") : Set.of());
        refuseBody(request);
        task.ifPresentOrElse(one -> tasks.resume(one, UUID.randomUUID().toString()), tasks::resumeAll);
        return Answer.json(Answer.OK, changed(task, "started", who));
    }

    private Answer run(Request request, String who, CrmScheduledTask task) throws IOException {
        request.allowParameters(Set.of("namespace", "token", "dry_run"));
        refuseBody(request);
        boolean dryRun = flag(request, "dry_run");
        String token = token(request).orElseGet(() -> UUID.randomUUID().toString());
        if (!RUN_TOKEN.matcher(token).matches()) {
            throw new IllegalArgumentException(
                    "parameter \"token\" or header Idempotency-Key must be 1 to 63 letters, digits, dots, dashes, colons or underscores");
        }
        String job = tasks.run(task, token, dryRun);
        log(who, dryRun ? "asked for a dry run" : "asked for a run", Optional.of(task));
        String status = "/health/tasks/" + task.name() + "?namespace=" + task.namespace();
        Map<String, Object> document = named(Optional.of(task));
        document.put("run_id", token);
        document.put("job", job);
        document.put("dry_run", dryRun);
        document.put("status_url", status);
        return Answer.json(Answer.ACCEPTED, document).with("Location", status);
    }

    private static Optional<String> token(Request request) {
        return request.parameter("token").or(() -> request.header("Idempotency-Key"));
    }

    /** An option in a body would have no effect: a run with {@code {"dry_run": true}} would be a real one. */
    private static void refuseBody(Request request) throws IOException {
        if (request.body().length > 0) {
            throw new IllegalArgumentException("this call has no body; write its options as parameters of the address");
        }
    }

    private static boolean flag(Request request, String parameter) {
        return switch (request.parameter(parameter).orElse("false")) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("parameter \"" + parameter + "\" must be true or false");
        };
    }

    private static Map<String, Object> named(Optional<CrmScheduledTask> task) {
        Map<String, Object> document = new LinkedHashMap<>();
        task.ifPresent(one -> {
            document.put("namespace", one.namespace());
            document.put("name", one.name());
        });
        return document;
    }

    private static Map<String, Object> changed(Optional<CrmScheduledTask> task, String status, String who) {
        log(who, task.isPresent() ? status : status + " all tasks", task);
        Map<String, Object> document = named(task);
        document.put("status", status);
        document.put("by", who);
        return document;
    }

    private static void log(String who, String action, Optional<CrmScheduledTask> task) {
        LOG.atInfo()
                .addKeyValue("user", who)
                .addKeyValue("task", task.map(CrmScheduledTask::id).orElse(""))
                .log("A caller of the control port {}", action);
    }
}
