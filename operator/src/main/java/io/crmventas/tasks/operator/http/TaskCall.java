package io.crmventas.tasks.operator.http;

import java.util.List;
import java.util.Optional;

/**
 * A request for a task or for all, as its path names it. The first pattern that matches wins, whatever the tasks are called.
 *
 * @param task empty: all tasks
 */
public record TaskCall(Action action, Optional<String> task) {
    /** What the call does. */
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
