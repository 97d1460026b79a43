package io.crmventas.tasks.operator.metrics;

import io.crmventas.tasks.operator.config.RunnerSettings;
import io.crmventas.tasks.operator.status.StatusObserver;
import io.crmventas.tasks.operator.status.StatusObserver.StatusChange;
import io.crmventas.tasks.operator.view.OperatorView;
import io.crmventas.tasks.operator.view.TaskRow;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmRuntimeInfoMetric;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The metrics that Prometheus scrapes. Each scrape looks once at the caches. */
public final class OperatorMetrics implements StatusObserver {
    private final Supplier<OperatorView> operator;
    private final RunnerSettings runner;
    private final String configuration;
    private final Clock clock;
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final ExpositionFormats formats = ExpositionFormats.init();
    private final RunTallies tallies = new RunTallies();

    /** @param configuration a word that changes with the operator's settings */
    public OperatorMetrics(Supplier<OperatorView> operator, RunnerSettings runner, String configuration, Clock clock) {
        this.operator = operator;
        this.runner = runner;
        this.configuration = configuration;
        this.clock = clock;
        registry.register((MultiCollector) this::collect);
        ProcessMetrics.builder().register(registry);
        JvmMemoryMetrics.builder().register(registry);
        JvmGarbageCollectorMetrics.builder().register(registry);
        JvmThreadsMetrics.builder().register(registry);
        JvmRuntimeInfoMetric.builder().register(registry);
    }

    /** Counts the finished runs of the status. */
    @Override
    public void written(StatusChange change) {
        tallies.record(change);
    }

    public void register(Deliveries deliveries) {
        registry.register(deliveries.counter);
    }

    /** The format that suits the header best; Prometheus' plain text when there is no header. */
    public Exposition exposition(@Nullable String accept) {
        return new Exposition(formats.findWriter(accept), registry);
    }

    /** Only the leader reports the tasks, so that no series comes from two replicas. */
    private MetricSnapshots collect() {
        OperatorView view = operator.get();
        List<MetricSnapshot> all = new ArrayList<>(OperatorFigures.snapshots(view, configuration));
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
                    "crm_task_operator_paused",
                    "Whether all tasks are paused at once.",
                    tasks.stream().anyMatch(TaskRow::pausedWithAll)));
            Instant now = clock.instant();
            List<TaskReading> readings = tasks.stream()
                    .map(task -> new TaskReading(task, runner, now))
                    .toList();
            all.addAll(new TaskFigures(readings, labels).snapshots());
            all.addAll(tallies.snapshots(tasks, labels));
        }
        return new MetricSnapshots(all);
    }

    /** One scrape that can be written. */
    public record Exposition(ExpositionFormatWriter writer, PrometheusRegistry registry) {
        public String contentType() {
            return writer.getContentType();
        }

        public void writeTo(OutputStream out) throws IOException {
            writer.write(out, registry.scrape());
        }
    }

    /** Counts webhook messages. */
    public static final class Deliveries {
        private final Counter counter = Counter.builder()
                .name("crm_task_operator_webhook_deliveries")
                .help("Webhook messages that were delivered or given up, by target and how it ended.")
                .labelNames("target", "result")
                .build();

        /**
         * @param result success or failure
         * @param messages 0 creates the series, so that the first message is an increase
         */
        public void count(String target, String result, int messages) {
            counter.labelValues(target, result).inc(messages);
        }
    }
}
