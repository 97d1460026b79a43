package io.crmventas.tasks.operator.console;

import io.crmventas.tasks.operator.control.Authorizer;
import io.crmventas.tasks.operator.control.Authorizer.Caller;
import io.crmventas.tasks.operator.control.Authorizer.Permission;
import io.crmventas.tasks.operator.control.Authorizer.Verb;
import io.crmventas.tasks.operator.http.Request;
import io.crmventas.tasks.operator.view.TaskRow;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What one token may do, as Kubernetes says.
 *
 * @param mayPauseAll whether it may pause all tasks of the operator
 * @param namespaces whose tasks it may read
 * @param tasks of other namespaces that it may read, as namespace/name
 * @param complete false: there were more single tasks than the console asks about
 */
record Viewer(String user, boolean mayPauseAll, Set<String> namespaces, Set<String> tasks, boolean complete) {
    /** Single tasks of namespaces that the viewer may not read as a whole. Each costs two requests to the API server. */
    private static final int MOST_NAMES = 50;

    /** @param all tasks that the operator knows */
    static Viewer find(Authorizer authorizer, Request request, String operatorNamespace, List<TaskRow> all) {
        Caller pauseAll = authorizer.review(request, new Permission(Verb.PAUSE, operatorNamespace, Optional.empty()));
        Set<String> namespaces = all.stream()
                .map(TaskRow::namespace)
                .distinct()
                .filter(namespace -> reads(authorizer, request, namespace, Optional.empty()))
                .collect(Collectors.toUnmodifiableSet());
        List<TaskRow> others = all.stream()
                .filter(task -> !namespaces.contains(task.namespace()))
                .toList();
        Set<String> tasks = others.stream()
                .limit(MOST_NAMES)
                .filter(task -> reads(authorizer, request, task.namespace(), Optional.of(task.name())))
                .map(TaskRow::id)
                .collect(Collectors.toUnmodifiableSet());
        return new Viewer(pauseAll.user(), pauseAll.allowed(), namespaces, tasks, others.size() <= MOST_NAMES);
    }

    private static boolean reads(Authorizer authorizer, Request request, String namespace, Optional<String> task) {
        return authorizer
                .review(request, new Permission(Verb.READ, namespace, task))
                .allowed();
    }

    boolean reads(TaskRow task) {
        return namespaces.contains(task.namespace()) || tasks.contains(task.id());
    }
}
