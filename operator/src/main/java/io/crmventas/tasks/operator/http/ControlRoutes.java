package io.crmventas.tasks.operator.http;

import io.crmventas.tasks.operator.control.Control;
import io.crmventas.tasks.operator.control.PauseOrder;
import io.crmventas.tasks.operator.control.Permission;
import io.crmventas.tasks.operator.control.Permission.Verb;
import io.crmventas.tasks.operator.control.RunOutcome.Accepted;
import io.crmventas.tasks.operator.control.RunOutcome.Busy;
import io.crmventas.tasks.operator.control.RunOutcome.Gone;
import io.crmventas.tasks.operator.control.RunOutcome.OtherOptions;
import io.crmventas.tasks.operator.control.RunOutcome.Pending;
import io.crmventas.tasks.operator.control.RunOutcome.Refused;
import io.crmventas.tasks.operator.control.TaskControl.CallFailed;
import io.crmventas.tasks.operator.http.Answer.Refusal;
import io.crmventas.tasks.operator.view.OperatorView;
import io.crmventas.tasks.operator.view.TaskRow;
import java.io.IOException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pauses, starts and runs tasks for callers that Kubernetes allows it. All other paths answer as at the open port. */
public final class ControlRoutes implements Routes {
    private static final Logger LOG = LoggerFactory.getLogger(ControlRoutes.class);
    private static final Pattern RUN_TOKEN = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._:-]{0,61}[A-Za-z0-9])?");

    private final Routes open;
    private final Supplier<OperatorView> operator;
    private final Control control;
    private final RequestAuthorizer authorizer;
    private final Clock clock;

    /** @param open answers what the open port answers as well */
    public ControlRoutes(Routes open, Supplier<OperatorView> operator, Control control, Clock clock) {
        this.open = open;
        this.operator = operator;
        this.control = control;
        authorizer = new RequestAuthorizer(control.authorizer());
        this.clock = clock;
    }

    @Override
    public Answer answer(Request request) throws IOException {
        ControlCall call = ControlCall.find(request).orElse(null);
        if (call == null) {
            Optional<String> task =
                    request.reads() && request.header("Authorization").isPresent()
                            ? HealthRoutes.taskName(request)
                            : Optional.empty();
            return task.isPresent() ? details(request, task.get()) : open.answer(request);
        }
        // A client or a proxy may repeat a GET. With a token the repetition starts no second run.
        boolean allowed = request.method().equals("POST")
                || (request.method().equals("GET")
                        && call instanceof ControlCall.Run
                        && request.parameter("token").isPresent());
        if (!allowed) {
            return call instanceof ControlCall.Run
                    ? Answer.error(Answer.METHOD_NOT_ALLOWED, "only POST, or GET with the parameter token")
                            .with("Allow", "POST, GET")
                    : Answer.error(Answer.METHOD_NOT_ALLOWED, "only POST").with("Allow", "POST");
        }
        try {
            return switch (call) {
                case ControlCall.StopAll _ -> stopAll(request);
                case ControlCall.StartAll _ -> startAll(request);
                case ControlCall.Stop(String task) -> stop(request, task);
                case ControlCall.Start(String task) -> start(request, task);
                case ControlCall.Run(String task) -> run(request, task);
            };
        } catch (IllegalArgumentException invalid) {
            return Answer.error(Answer.BAD_REQUEST, String.valueOf(invalid.getMessage()));
        } catch (CallFailed failed) {
            LOG.atError()
                    .addKeyValue("path", request.path())
                    .setCause(failed)
                    .log("Kubernetes refused a call of the control port");
            return failed.conflict()
                    ? Answer.error(Answer.CONFLICT, "another client changes the task at the same time; try again")
                    : RequestAuthorizer.unavailable(
                            "it is not known whether this was done, and the same call again does it once");
        }
    }

    /** Answers the whole status to a caller who may read the task. */
    private Answer details(Request request, String name) {
        TaskRow task = HealthRoutes.one(operator.get(), name, request);
        authorizer.authorize(request, new Permission(Verb.READ, task.namespace(), Optional.of(task.name())));
        return Answer.json(Answer.OK, HealthDocument.details(task));
    }

    private Answer stopAll(Request request) throws IOException {
        String who = authorizer.authorize(
                request, new Permission(Verb.PAUSE, control.tasks().operatorNamespace(), Optional.empty()));
        request.allowParameters(Set.of());
        PauseOrder order = PauseOrder.read(request.body(), PauseOrder.FIELDS, clock.instant());
        control.tasks().pauseAll(who, order);
        log(who, "paused all tasks", "");
        return Answer.json(Answer.OK, paused(new LinkedHashMap<>(), who, order));
    }

    private Answer startAll(Request request) throws IOException {
        String who = authorizer.authorize(
                request, new Permission(Verb.PAUSE, control.tasks().operatorNamespace(), Optional.empty()));
        request.allowParameters(Set.of());
        PauseOrder.read(request.body(), Set.of("reason"), clock.instant());
        control.tasks().resumeAll();
        log(who, "started all tasks", "");
        return Answer.json(Answer.OK, Map.of("status", "started", "by", who));
    }

    private Answer stop(Request request, String name) throws IOException {
        TaskRow task = HealthRoutes.one(operator.get(), name, request);
        String who = authorizer.authorize(request, new Permission(Verb.PAUSE, task.namespace(), Optional.of(name)));
        request.allowParameters(Set.of("namespace"));
        PauseOrder order = PauseOrder.read(request.body(), PauseOrder.FIELDS, clock.instant());
        if (!control.tasks().pause(task.namespace(), name, who, order)) {
            throw gone(name);
        }
        log(who, "paused", task.id());
        return Answer.json(Answer.OK, paused(named(task), who, order));
    }

    private Answer start(Request request, String name) throws IOException {
        TaskRow task = HealthRoutes.one(operator.get(), name, request);
        String who = authorizer.authorize(request, new Permission(Verb.PAUSE, task.namespace(), Optional.of(name)));
        request.allowParameters(Set.of("namespace"));
        PauseOrder.read(request.body(), Set.of("reason"), clock.instant());
        if (!control.tasks().resume(task.namespace(), name, UUID.randomUUID().toString())) {
            throw gone(name);
        }
        log(who, "started", task.id());
        Map<String, Object> document = named(task);
        document.put("status", "started");
        document.put("by", who);
        return Answer.json(Answer.OK, document);
    }

    private Answer run(Request request, String name) throws IOException {
        TaskRow task = HealthRoutes.one(operator.get(), name, request);
        String who = authorizer.authorize(request, new Permission(Verb.RUN, task.namespace(), Optional.of(name)));
        request.allowParameters(Set.of("namespace", "token", "dry_run"));
        PauseOrder.read(request.body(), Set.of(), clock.instant());
        boolean dryRun = flag(request, "dry_run");
        String token = request.parameter("token")
                .or(() -> request.header("Idempotency-Key"))
                .orElseGet(() -> UUID.randomUUID().toString());
        if (!RUN_TOKEN.matcher(token).matches()) {
            throw new IllegalArgumentException(
                    "parameter \"token\" or header Idempotency-Key must be 1 to 63 letters, digits, dots, dashes, colons or underscores");
        }
        return switch (control.tasks().run(task.namespace(), name, token, dryRun)) {
            case Accepted(String job) -> {
                log(who, dryRun ? "asked for a dry run of" : "asked for a run of", task.id());
                String status = "/health/tasks/" + name + "?namespace=" + task.namespace();
                Map<String, Object> document = named(task);
                document.put("run_id", token);
                document.put("job", job);
                document.put("dry_run", dryRun);
                document.put("status_url", status);
                yield Answer.json(Answer.ACCEPTED, document).with("Location", status);
            }
            case Refused(String reason, String message) ->
                Answer.json(Answer.UNPROCESSABLE, Map.of("error", message, "reason", reason));
            case OtherOptions(boolean dry) ->
                Answer.error(
                        Answer.CONFLICT,
                        "token \"" + token + "\" stands for a " + (dry ? "dry run" : "real run")
                                + " already; ask for another kind of run with another token");
            case Busy(var active) ->
                Answer.error(Answer.CONFLICT, "a run of this task is active already: Job " + String.join(", ", active));
            case Pending _ ->
                Answer.error(Answer.CONFLICT, "an earlier request for a run still waits for the operator; try again")
                        .with("Retry-After", "2");
            case Gone _ -> throw gone(name);
        };
    }

    private static Refusal gone(String name) {
        return new Refusal(Answer.NOT_FOUND, "no task \"" + name + "\" any more");
    }

    private static boolean flag(Request request, String parameter) {
        return switch (request.parameter(parameter).orElse("false")) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("parameter \"" + parameter + "\" must be true or false");
        };
    }

    private static Map<String, Object> named(TaskRow task) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("namespace", task.namespace());
        document.put("name", task.name());
        return document;
    }

    private static Map<String, Object> paused(Map<String, Object> document, String who, PauseOrder order) {
        document.put("status", "paused");
        document.put("by", who);
        order.reason().ifPresent(reason -> document.put("reason", reason));
        order.until().ifPresent(until -> document.put("until", until.toString()));
        return document;
    }

    private static void log(String who, String action, String task) {
        LOG.atInfo().addKeyValue("user", who).addKeyValue("task", task).log("A caller of the control port {}", action);
    }

    /** The call that a path names. The first pattern that matches wins, whatever the tasks are called. */
    sealed interface ControlCall {
        record StartAll() implements ControlCall {}

        record StopAll() implements ControlCall {}

        record Run(String task) implements ControlCall {}

        record Start(String task) implements ControlCall {}

        record Stop(String task) implements ControlCall {}

        static Optional<ControlCall> find(Request request) {
            List<String> path = request.path();
            if (path.size() < 3 || !path.subList(0, 2).equals(List.of("health", "tasks"))) {
                return Optional.empty();
            }
            List<String> rest = path.subList(2, path.size());
            Optional<ControlCall> call = call(rest);
            // Only a run is a GET in the CRM's guide; GET /health/tasks/stop asks for a task of that name.
            return call.filter(found -> !request.reads() || found instanceof Run);
        }

        private static Optional<ControlCall> call(List<String> rest) {
            String first = rest.getFirst();
            if (rest.size() == 1) {
                return switch (first) {
                    case "start" -> Optional.of(new StartAll());
                    case "stop" -> Optional.of(new StopAll());
                    default -> Optional.empty();
                };
            }
            if (rest.size() == 2 && first.equals("run")) {
                return Optional.of(new Run(rest.getLast()));
            }
            return switch (rest.size() == 2 ? rest.getLast() : "") {
                case "start" -> Optional.of(new Start(first));
                case "stop" -> Optional.of(new Stop(first));
                default -> Optional.empty();
            };
        }
    }
}
