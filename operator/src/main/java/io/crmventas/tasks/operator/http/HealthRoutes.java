package io.crmventas.tasks.operator.http;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.http.Answer.Refusal;
import io.crmventas.tasks.operator.http.HttpPort.Routes;
import io.crmventas.tasks.operator.metrics.OperatorMetrics;
import io.crmventas.tasks.operator.view.OperatorView;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Answers the health of the operator and its tasks to every caller, from the caches of the informers. */
public final class HealthRoutes implements Routes {
    private static final String PROBE_LIVENESS = "health/liveness";
    private static final String PROBE_READINESS = "health/readiness";

    private final Supplier<OperatorView> operator;
    private final Supplier<Optional<String>> standstill;
    private final OperatorMetrics metrics;
    private final Clock clock;

    /**
     * A request for one task or for all tasks, by its path. The first pattern that matches decides, even if a task has
     * the name of a call, such as {@code stop}.
     *
     * @param task empty: all tasks
     */
    public record TaskCall(Action action, Optional<String> task) {
        public enum Action {
            READ,
            RUN,
            START,
            STOP
        }

        public static Optional<TaskCall> find(Request request) {
            List<String> path = request.path();
            if (path.size() < 3 || path.size() > 4 || !path.subList(0, 2).equals(List.of("health", "tasks"))) {
                return Optional.empty();
            }
            String first = path.get(2);
            Optional<String> last = Optional.of(path.getLast());
            if (path.size() == 4 && first.equals("run")) {
                return Optional.of(new TaskCall(Action.RUN, last));
            }
            // Only a run is a GET in the CRM's guide; GET /health/tasks/stop asks for a task of that name.
            if (request.reads()) {
                return path.size() == 3 ? Optional.of(new TaskCall(Action.READ, last)) : Optional.empty();
            }
            Optional<String> task = path.size() == 3 ? Optional.empty() : Optional.of(first);
            return switch (path.getLast()) {
                case "start" -> Optional.of(new TaskCall(Action.START, task));
                case "stop" -> Optional.of(new TaskCall(Action.STOP, task));
                default -> Optional.empty();
            };
        }
    }

    /** @param standstill the cause for which only a restart helps; empty while the operator is live */
    public HealthRoutes(
            Supplier<OperatorView> operator,
            Supplier<Optional<String>> standstill,
            OperatorMetrics metrics,
            Clock clock) {
        this.operator = operator;
        this.standstill = standstill;
        this.metrics = metrics;
        this.clock = clock;
    }

    @Override
    public Answer answer(Request request) {
        Optional<TaskCall> call = TaskCall.find(request);
        if (call.isPresent() && call.get().action() != TaskCall.Action.READ) {
            return Answer.error(
                    Answer.FORBIDDEN,
                    "this port changes nothing; call the same path over HTTPS at the control port (CONTROL_PORT,"
                            + " 8443 by default), with the header Authorization: Bearer <token>");
        }
        if (!request.reads()) {
            return Answer.error(Answer.METHOD_NOT_ALLOWED, "only GET and HEAD").with("Allow", "GET, HEAD");
        }
        OperatorView view = operator.get();
        int code = view.watching() ? Answer.OK : Answer.UNAVAILABLE;
        return switch (String.join("/", request.path())) {
            case "health" -> Answer.json(code, HealthDocument.whole(view, clock.instant()));
            case "health/tasks" -> Answer.json(code, HealthDocument.tasks(view.tasks()));
            case PROBE_LIVENESS -> liveness();
            case PROBE_READINESS -> readiness(view);
            case "metrics" -> metrics();
            default -> {
                String name = call.flatMap(TaskCall::task)
                        .orElseThrow(() -> new Refusal(Answer.NOT_FOUND, "no such path; see /health"));
                yield Answer.json(Answer.OK, HealthDocument.summary(one(view, name, request.parameter("namespace"))));
            }
        };
    }

    /** Returns the routes of the probe port, which serves only liveness and readiness, because they cost little. */
    public Routes probes() {
        return request -> {
            String path = String.join("/", request.path());
            if (!request.reads() || !(path.equals(PROBE_LIVENESS) || path.equals(PROBE_READINESS))) {
                throw new Refusal(
                        Answer.NOT_FOUND, "this port answers GET /health/liveness and /health/readiness only");
            }
            return answer(request);
        };
    }

    /** Returns the task with that name, and refuses the request when several namespaces have one. */
    public static CrmScheduledTask one(OperatorView view, String name, Optional<String> namespace) {
        List<CrmScheduledTask> found = view.tasks().stream()
                .filter(task -> task.name().equals(name))
                .filter(task -> namespace.isEmpty() || namespace.get().equals(task.namespace()))
                .toList();
        if (found.isEmpty()) {
            String where =
                    namespace.map(text -> " in namespace \"" + text + "\"").orElse("");
            throw new Refusal(Answer.NOT_FOUND, "no task \"" + name + "\"" + where + "; see /health/tasks");
        }
        if (found.size() > 1) {
            Map<String, Object> document = Map.of(
                    "error",
                    "more than one namespace has a task \"" + name + "\"; add ?namespace= to the address",
                    "namespaces",
                    found.stream().map(CrmScheduledTask::namespace).toList());
            throw new Refusal(Answer.json(Answer.CONFLICT, document));
        }
        return found.getFirst();
    }

    private Answer liveness() {
        return standstill
                .get()
                .map(why -> Answer.json(Answer.UNAVAILABLE, Map.of("status", "dead", "error", why)))
                .orElseGet(() -> Answer.json(Answer.OK, Map.of("status", "alive")));
    }

    private static Answer readiness(OperatorView view) {
        return view.ready()
                ? Answer.json(Answer.OK, Map.of("status", "ready", "leader", view.leading()))
                : Answer.json(
                        Answer.UNAVAILABLE, Map.of("status", "not ready", "error", "the caches are not filled yet"));
    }

    /** Serves one scrape after the other, because each needs memory for the metrics of all tasks. */
    private synchronized Answer metrics() {
        return Answer.zipped(OperatorMetrics.CONTENT_TYPE, metrics::writeTo);
    }
}
