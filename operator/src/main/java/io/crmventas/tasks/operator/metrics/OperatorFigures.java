package io.crmventas.tasks.operator.metrics;

import static io.crmventas.tasks.operator.metrics.TaskReading.bit;

import io.crmventas.tasks.operator.view.OperatorView;
import io.crmventas.tasks.operator.view.Version;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;

/** The metrics that every replica has of itself. */
final class OperatorFigures {
    private OperatorFigures() {}

    static List<MetricSnapshot> snapshots(OperatorView operator, String configuration) {
        return List.of(
                gauge(
                        "crm_task_operator_leader",
                        "Whether this replica leads: it reconciles and reports the tasks.",
                        operator.leading()),
                gauge(
                        "crm_task_operator_watching",
                        "Whether all watches of this replica stand, but those that the API server refuses.",
                        operator.watching()),
                GaugeSnapshot.builder()
                        .name("crm_task_operator_refused_namespaces")
                        .help("Namespaces that this replica should watch and may not; /health names them.")
                        .dataPoint(GaugeDataPointSnapshot.builder()
                                .value(operator.refused().size())
                                .build())
                        .build(),
                gauge(
                        "crm_task_operator_scheduling_enabled",
                        "Whether ENABLE_SCHEDULED_TASKS is true in the operator's settings.",
                        operator.schedulingEnabled()),
                info("crm_task_operator_build", "Version of the operator, as a label.", "version", Version.text()),
                info(
                        "crm_task_operator_configuration",
                        "A hash of the operator's version and settings, as a label; secrets and extra tasks have no part in it.",
                        "hash",
                        configuration),
                CounterSnapshot.builder()
                        .name("crm_task_operator_reconciliations")
                        .help("Reconciliations of this replica, by how they ended; a failed one is tried again.")
                        .dataPoint(reconciled("success", operator.loop().succeeded()))
                        .dataPoint(reconciled("error", operator.loop().failed()))
                        .build());
    }

    static GaugeSnapshot gauge(String name, String help, boolean value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(GaugeDataPointSnapshot.builder().value(bit(value)).build())
                .build();
    }

    private static InfoSnapshot info(String name, String help, String label, String word) {
        return InfoSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(InfoDataPointSnapshot.builder()
                        .labels(Labels.of(label, word))
                        .build())
                .build();
    }

    private static CounterDataPointSnapshot reconciled(String result, long number) {
        return CounterDataPointSnapshot.builder()
                .labels(Labels.of("result", result))
                .value((double) number)
                .build();
    }
}
