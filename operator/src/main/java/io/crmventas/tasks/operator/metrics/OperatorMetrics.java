package io.crmventas.tasks.operator.metrics;

import io.crmventas.tasks.operator.config.OperatorConfig;
import io.crmventas.tasks.operator.config.RunnerSettings;
import io.crmventas.tasks.operator.status.StatusObserver;
import io.crmventas.tasks.operator.status.StatusObserver.StatusChange;
import io.crmventas.tasks.operator.view.OperatorView;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmRuntimeInfoMetric;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Serves the metrics that Prometheus scrapes. Each scrape reads the caches once. */
public final class OperatorMetrics implements StatusObserver {
    public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;
    private static final PrometheusTextFormatWriter TEXT = PrometheusTextFormatWriter.create();

    private final Supplier<OperatorView> operator;
    private final RunnerSettings runner;
    private final String configuration;
    private final Clock clock;
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final RunTallies tallies = new RunTallies();

    /** @param configuration a hash that changes with the operator's settings */
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

    @Override
    public void written(StatusChange change) {
        tallies.record(change);
    }

    public void register(Collector metric) {
        registry.register(metric);
    }

    /** Writes plain text for every scraper: from OpenMetrics, OpenTelemetry's collector reads names without {@code _info}. */
    public void writeTo(OutputStream out) throws IOException {
        TEXT.write(out, registry.scrape());
    }

    /** Only the leader reports the tasks, so that no series comes from two replicas. */
    private MetricSnapshots collect() {
        OperatorView view = operator.get();
        List<MetricSnapshot> all = new ArrayList<>(ofThisReplica(view));
        if (view.leading()) {
            Instant now = clock.instant();
            List<TaskReading> tasks = view.tasks().stream()
                    .map(task -> new TaskReading(task, runner, now))
                    .toList();
            all.add(gauge(
                    "crm_task_operator_paused",
                    "Whether the pause of all tasks is active.",
                    bit(tasks.stream().anyMatch(TaskReading::pausedWithAll))));
            all.addAll(TaskFigures.snapshots(tasks));
            all.addAll(tallies.snapshots(tasks));
        }
        return new MetricSnapshots(all);
    }

    private List<MetricSnapshot> ofThisReplica(OperatorView view) {
        return List.of(
                gauge(
                        "crm_task_operator_leader",
                        "Whether this replica is the leader, which reconciles the tasks and reports their metrics.",
                        bit(view.leading())),
                gauge(
                        "crm_task_operator_watching",
                        "Whether all watches of this replica work, except those that the API server refuses.",
                        bit(view.watching())),
                gauge(
                        "crm_task_operator_refused_namespaces",
                        "Number of namespaces that this replica should watch but may not; /health names them.",
                        view.refused().size()),
                gauge(
                        "crm_task_operator_scheduling_enabled",
                        "Whether ENABLE_SCHEDULED_TASKS is true in the operator's settings.",
                        bit(view.schedulingEnabled())),
                info(
                        "crm_task_operator_build",
                        "Version of the operator, as a label.",
                        Labels.of("version", OperatorConfig.version())),
                info(
                        "crm_task_operator_configuration",
                        "A hash of the operator's version and settings, as a label. It does not include secrets and extra tasks.",
                        Labels.of("hash", configuration)),
                CounterSnapshot.builder()
                        .name("crm_task_operator_reconciliations")
                        .help("Reconciliations of this replica, by result. The operator repeats a failed one.")
                        .dataPoint(counted(Labels.of("result", "success"), (double)
                                view.loop().succeeded()))
                        .dataPoint(counted(Labels.of("result", "error"), (double)
                                view.loop().failed()))
                        .build());
    }

    static double bit(boolean value) {
        return value ? 1 : 0;
    }

    static CounterDataPointSnapshot counted(Labels labels, double value) {
        return CounterDataPointSnapshot.builder().labels(labels).value(value).build();
    }

    private static GaugeSnapshot gauge(String name, String help, double value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
                .build();
    }

    private static InfoSnapshot info(String name, String help, Labels labels) {
        return InfoSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(InfoDataPointSnapshot.builder().labels(labels).build())
                .build();
    }
}
