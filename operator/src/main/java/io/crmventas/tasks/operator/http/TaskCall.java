package io.crmventas.tasks.operator.http;

import java.util.List;
import java.util.Optional;

/**
 * A call that changes something, as its path names it. The first pattern that matches wins, whatever the tasks are called.
 *
 * @param task empty: all tasks
 */
public record TaskCall(Action action, Optional<String> task) {
    /** What the call does. */
    public enum Action {
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
        Optional<TaskCall> call;
        if (path.size() == 3) {
            call = action(first).map(action -> new TaskCall(action, Optional.empty()));
        } else if (first.equals("run")) {
            call = Optional.of(new TaskCall(Action.RUN, Optional.of(path.getLast())));
        } else {
            call = action(path.getLast()).map(action -> new TaskCall(action, Optional.of(first)));
        }
        // Only a run is a GET in the CRM's guide; GET /health/tasks/stop asks for a task of that name.
        return call.filter(found -> !request.reads() || found.action() == Action.RUN);
    }

    private static Optional<Action> action(String word) {
        return switch (word) {
            case "start" -> Optional.of(Action.START);
            case "stop" -> Optional.of(Action.STOP);
            default -> Optional.empty();
        };
    }
}
