package io.crmventas.tasks.operator.metrics;

import io.crmventas.tasks.operator.config.RunnerSettings;
import io.crmventas.tasks.operator.view.OperatorView;
import io.crmventas.tasks.operator.view.TaskRow;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Everything of our own, from one look at the caches. Only the leader tells of the tasks: no series comes twice. */
final class ScrapeCollector implements MultiCollector {
    private final Supplier<OperatorView> operator;
    private final RunTallies tallies;
    private final RunnerSettings runner;
    private final String configuration;
    private final Clock clock;

    ScrapeCollector(
            Supplier<OperatorView> operator,
            RunTallies tallies,
            RunnerSettings runner,
            String configuration,
            Clock clock) {
        this.operator = operator;
        this.tallies = tallies;
        this.runner = runner;
        this.configuration = configuration;
        this.clock = clock;
    }

    @Override
    public MetricSnapshots collect() {
        OperatorView view = operator.get();
        List<MetricSnapshot> all = new ArrayList<>(OperatorFigures.of(view, configuration));
        if (view.leading()) {
            List<TaskRow> tasks = view.tasks().tasks();
            Map<String, Labels> labels = HashMap.newHashMap(tasks.size());
            tasks.forEach(task -> labels.put(
                    task.uid(),
                    Labels.of(
                            "namespace",
                            task.namespace(),
                            "name",
                            task.name(),
                            "task",
                            task.spec().task())));
            all.add(OperatorFigures.gauge(
                    "crm_task_operator_paused", "Whether all tasks are paused at once.", paused(tasks)));
            Instant now = clock.instant();
            List<Reading> readings =
                    tasks.stream().map(task -> new Reading(task, runner, now)).toList();
            all.addAll(new TaskFigures(readings, labels).snapshots());
            all.addAll(tallies.of(tasks, labels));
        }
        return new MetricSnapshots(all);
    }

    private static boolean paused(List<TaskRow> tasks) {
        return tasks.stream().anyMatch(TaskRow::pausedWithAll);
    }
}
