package io.crmventas.tasks.operator.console;

import io.crmventas.tasks.operator.config.Sha256;
import io.crmventas.tasks.operator.control.Authorizer;
import io.crmventas.tasks.operator.control.Authorizer.Caller;
import io.crmventas.tasks.operator.control.Authorizer.Permission;
import io.crmventas.tasks.operator.control.Authorizer.Verb;
import io.crmventas.tasks.operator.http.Request;
import io.crmventas.tasks.operator.view.TaskRow;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which tasks each viewer may read, as Kubernetes says. The decisions of a token are kept for some seconds, refusals too: a
 * page that refreshes would otherwise ask about every namespace each time.
 */
final class Viewers {
    private static final Duration KEPT = Duration.ofSeconds(10);
    private static final int MOST_KEPT = 200;

    /** Single tasks of namespaces that the viewer may not read as a whole. Each costs two requests to the API server. */
    private static final int MOST_NAMES = 50;

    private final Authorizer authorizer;
    private final String operatorNamespace;
    private final Clock clock;
    private final Map<String, Viewer> kept = new HashMap<>();

    /**
     * What one token may do.
     *
     * @param mayPauseAll whether it may pause all tasks of the operator
     * @param namespaces whose tasks it may read
     * @param tasks of other namespaces that it may read, as namespace/name
     * @param complete false: there were more single tasks than the console asks about
     */
    record Viewer(
            String user,
            boolean mayPauseAll,
            Set<String> namespaces,
            Set<String> tasks,
            boolean complete,
            Instant until) {

        boolean reads(TaskRow task) {
            return namespaces.contains(task.namespace()) || tasks.contains(task.id());
        }
    }

    Viewers(Authorizer authorizer, String operatorNamespace, Clock clock) {
        this.authorizer = authorizer;
        this.operatorNamespace = operatorNamespace;
        this.clock = clock;
    }

    /** @param all tasks that the operator knows */
    Viewer find(Request request, List<TaskRow> all) {
        String hash = Sha256.hex(request.bearerToken().orElse(""));
        Instant now = clock.instant();
        synchronized (kept) {
            kept.values().removeIf(old -> !now.isBefore(old.until()));
            Viewer known = kept.get(hash);
            if (known != null) {
                return known;
            }
        }
        Viewer viewer = review(request, all, now.plus(KEPT));
        synchronized (kept) {
            if (kept.size() < MOST_KEPT) {
                kept.put(hash, viewer);
            }
        }
        return viewer;
    }

    private Viewer review(Request request, List<TaskRow> all, Instant until) {
        Caller pauseAll = authorizer.review(request, new Permission(Verb.PAUSE, operatorNamespace, Optional.empty()));
        Set<String> namespaces = all.stream()
                .map(TaskRow::namespace)
                .distinct()
                .filter(namespace -> reads(request, namespace, Optional.empty()))
                .collect(Collectors.toUnmodifiableSet());
        List<TaskRow> others = all.stream()
                .filter(task -> !namespaces.contains(task.namespace()))
                .toList();
        Set<String> tasks = others.stream()
                .limit(MOST_NAMES)
                .filter(task -> reads(request, task.namespace(), Optional.of(task.name())))
                .map(TaskRow::id)
                .collect(Collectors.toUnmodifiableSet());
        boolean complete = others.size() <= MOST_NAMES;
        return new Viewer(pauseAll.user(), pauseAll.allowed(), namespaces, tasks, complete, until);
    }

    private boolean reads(Request request, String namespace, Optional<String> task) {
        return authorizer
                .review(request, new Permission(Verb.READ, namespace, task))
                .allowed();
    }
}
