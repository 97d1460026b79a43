package io.crmventas.tasks.operator.http;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.contract.RunReportCodec;
import io.crmventas.tasks.operator.reconciler.ClusterView;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What HTTP and metrics tell, in one place, so that they never disagree.
 *
 * @param cluster empty until the caches are filled
 * @param leading whether this replica is the one that works
 */
record TaskView(Optional<ClusterView> cluster, boolean leading) {

    /** A task with what the status says of it. */
    record TaskRow(
            String namespace,
            String name,
            String task,
            boolean suspended,
            boolean ready,
            @Nullable String nextRun,
            @Nullable Run lastRun,
            @Nullable CrmScheduledTaskStatus status) {
        private static TaskRow of(CrmScheduledTask task) {
            CrmScheduledTaskStatus status = task.getStatus();
            return new TaskRow(
                    task.getMetadata().getNamespace(),
                    task.getMetadata().getName(),
                    task.getSpec().task(),
                    condition(status, "Suspended"),
                    condition(status, "Ready"),
                    status == null ? null : status.nextRunTime(),
                    status == null ? null : status.lastRun(),
                    status);
        }

        private static boolean condition(@Nullable CrmScheduledTaskStatus status, String type) {
            return status != null
                    && status.conditions() != null
                    && status.conditions().stream()
                            .anyMatch(found -> found.type().equals(type) && "True".equals(found.status()));
        }
    }

    List<TaskRow> tasks() {
        return cluster.map(ClusterView::tasks).orElse(List.of()).stream()
                .map(TaskRow::of)
                .sorted(Comparator.comparing(TaskRow::namespace).thenComparing(TaskRow::name))
                .toList();
    }

    /** The newest report among the pods that still exist; what it says of database and Redis is the latest we know. */
    Optional<RunReport> newestReport() {
        return cluster.map(ClusterView::pods).orElse(List.of()).stream()
                .flatMap(TaskView::report)
                .filter(report -> report.completionTime() != null)
                .max(Comparator.comparing(report -> Objects.requireNonNull(report.completionTime())));
    }

    private static Stream<RunReport> report(Pod pod) {
        return pod.getStatus() == null
                ? Stream.empty()
                : pod.getStatus().getContainerStatuses().stream()
                        .flatMap(container -> Stream.ofNullable(container.getState()))
                        .flatMap(state -> Stream.ofNullable(state.getTerminated()))
                        .flatMap(end -> RunReportCodec.decode(end.getMessage()).stream());
    }
}
