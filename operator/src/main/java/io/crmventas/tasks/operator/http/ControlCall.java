package io.crmventas.tasks.operator.http;

import java.util.List;
import java.util.Optional;

/** What a path of the control API asks for. The first pattern that fits wins, whatever tasks are called. */
sealed interface ControlCall {
    record StartAll() implements ControlCall {}

    record StopAll() implements ControlCall {}

    /** Run now. */
    record Run(String task) implements ControlCall {}

    record Start(String task) implements ControlCall {}

    record Stop(String task) implements ControlCall {}

    static Optional<ControlCall> of(Request request) {
        List<String> path = request.path();
        if (path.size() < 3 || !path.subList(0, 2).equals(List.of("health", "tasks"))) {
            return Optional.empty();
        }
        List<String> rest = path.subList(2, path.size());
        Optional<ControlCall> call = call(rest);
        // Only a run was a GET in the replaced scheduler; GET /health/tasks/stop asks for a task of that name.
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
