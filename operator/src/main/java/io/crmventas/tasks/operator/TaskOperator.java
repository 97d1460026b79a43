package io.crmventas.tasks.operator;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.config.OperatorConfig;
import io.crmventas.tasks.operator.config.OperatorConfig.LeaderElection;
import io.crmventas.tasks.operator.controller.ClusterView;
import io.crmventas.tasks.operator.controller.CrmScheduledTaskReconciler;
import io.crmventas.tasks.operator.controller.TaskEventSources;
import io.crmventas.tasks.operator.controller.Trim;
import io.crmventas.tasks.operator.metrics.OperatorMetrics;
import io.crmventas.tasks.operator.status.StatusChange;
import io.crmventas.tasks.operator.status.WakeUp;
import io.crmventas.tasks.operator.view.OperatorView;
import io.crmventas.tasks.operator.view.TaskView;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.RegisteredController;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.processing.Controller;
import io.javaoperatorsdk.operator.processing.event.source.informer.TransformingItemStore;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator as one thing that can be started, asked and stopped. */
public final class TaskOperator implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TaskOperator.class);
    private static final int THREADS = 10;

    private final Operator operator;
    private final CrmScheduledTaskReconciler reconciler;
    private final Leadership leadership;
    private final ReconcileLoop loop;
    private final OperatorMetrics metrics;
    private final Liveness liveness;
    private final WatchedNamespaces namespaces;
    private final OperatorConfig config;

    /**
     * @param listeners hear of every status after it was written; they must not block
     * @param onLostLeadership ends the process: two leaders would write over each other
     */
    public TaskOperator(
            OperatorConfig config,
            KubernetesClient client,
            Clock clock,
            List<Consumer<StatusChange>> listeners,
            Runnable onLostLeadership) {
        String instance = config.leaderElection().map(LeaderElection::identity).orElse("crm-task-operator");
        leadership = new Leadership(config.leaderElection(), client, onLostLeadership);
        this.config = config;
        loop = new ReconcileLoop(clock);
        namespaces = new WatchedNamespaces(client, config.namespaces());
        liveness = new Liveness(clock, new Liveness.ApiPing(client));
        metrics = new OperatorMetrics(this::look, config.runner(), config.fingerprint(), clock);
        List<Consumer<StatusChange>> all =
                Stream.concat(Stream.of(metrics::hear), listeners.stream()).toList();
        reconciler = new CrmScheduledTaskReconciler(client, config, instance, clock, all);
        operator = new Operator(service -> configure(service, client));
    }

    /** Returns when the caches are filled; from then on this replica works, or waits to lead. */
    public void start() {
        RegisteredController<CrmScheduledTask> controller = operator.register(reconciler, this::configure);
        operator.start();
        namespaces.lookAfter((Controller<CrmScheduledTask>) controller);
    }

    /** Asks Kubernetes nothing. */
    public OperatorView look() {
        boolean started = operator.getRuntimeInfo().isStarted();
        Optional<ClusterView> cluster = started ? reconciler.view() : Optional.empty();
        TaskView tasks = new TaskView(() -> cluster.map(ClusterView::tasks).orElse(List.of()));
        return new OperatorView(
                tasks,
                leadership.leading(),
                started,
                started && namespaces.stand(),
                namespaces.refused(),
                config.schedulingEnabled(),
                loop.look());
    }

    /** Why only a restart would help; empty while it would not. */
    public Optional<String> standstill() {
        return liveness.standstill(look());
    }

    public OperatorMetrics metrics() {
        return metrics;
    }

    public boolean leading() {
        return leadership.leading();
    }

    /** Blocks until this replica leads; false when it still does not after that time. */
    public boolean awaitLeading(Duration patience) throws InterruptedException {
        return leadership.awaitLeading(patience);
    }

    /** Finishes the reconciles in hand and lets the next replica lead at once. */
    @Override
    public void close() {
        leadership.stopping();
        namespaces.close();
        operator.stop();
        leadership.release();
    }

    private void configure(ConfigurationServiceOverrider service, KubernetesClient client) {
        service.withKubernetesClient(client)
                .withMetrics(loop)
                .withCloseClientOnStop(false)
                .withConcurrentReconciliationThreads(THREADS)
                .withReconciliationTerminationTimeout(Duration.ofSeconds(10))
                .withStopOnInformerErrorDuringStartup(false)
                // The watch is begun anew by itself; health tells while it stands still.
                .withInformerStoppedHandler((informer, error) -> {
                    if (error != null) {
                        LOG.atError().setCause(error).log("A watch stopped");
                    }
                })
                .withParseResourceVersions(true)
                .withUseSSAToPatchPrimaryResource(true);
        leadership.configuration().ifPresent(service::withLeaderElectionConfiguration);
    }

    /** Our own status writes do not. */
    private static boolean asksForSomething(CrmScheduledTask now, CrmScheduledTask before) {
        ObjectMeta is = now.getMetadata();
        ObjectMeta was = before.getMetadata();
        return !Objects.equals(is.getGeneration(), was.getGeneration())
                || !Objects.equals(is.getAnnotations(), was.getAnnotations())
                || !Objects.equals(is.getDeletionTimestamp(), was.getDeletionTimestamp());
    }

    private void configure(ControllerConfigurationOverrider<CrmScheduledTask> controller) {
        controller
                .withName("crmscheduledtask")
                // Not by generation alone: a run is asked for by an annotation.
                .withGenerationAware(false)
                .withOnUpdateFilter((now, before) -> {
                    reconciler.cached(now);
                    return asksForSomething(now, before);
                })
                .withInformerListLimit(TaskEventSources.PAGE)
                // For a reconcile that failed or was interrupted; every other one names its next moment itself.
                .withReconciliationMaxInterval(WakeUp.LONGEST_SILENCE)
                .withRetry(new GenericRetry()
                        .setInitialInterval(Duration.ofMillis(500))
                        .setIntervalMultiplier(2)
                        .setMaxInterval(Duration.ofMinutes(1).toMillis())
                        .withoutMaxAttempts());
        if (config.namespaces().isEmpty()) {
            controller.watchingAllNamespaces();
        } else {
            controller.settingNamespaces(namespaces.permitted());
        }
        if (config.oneWatch()) {
            controller.withItemStore(new TransformingItemStore<>(Trim::metadata));
        }
    }
}
