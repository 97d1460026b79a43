package io.crmventas.tasks.operator;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.Liveness.ApiPing;
import io.crmventas.tasks.operator.Liveness.ReconcileLoop;
import io.crmventas.tasks.operator.config.OperatorConfig;
import io.crmventas.tasks.operator.config.OperatorConfig.LeaderElection;
import io.crmventas.tasks.operator.controller.CrmScheduledTaskReconciler;
import io.crmventas.tasks.operator.controller.Requeue;
import io.crmventas.tasks.operator.metrics.OperatorMetrics;
import io.crmventas.tasks.operator.status.StatusObserver;
import io.crmventas.tasks.operator.view.OperatorView;
import io.crmventas.tasks.operator.watch.CacheTrimming;
import io.crmventas.tasks.operator.watch.Watches;
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
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

public final class TaskOperator implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TaskOperator.class);
    private static final int THREADS = 10;

    private final Operator operator;
    private final CrmScheduledTaskReconciler reconciler;
    private final Leadership leadership;
    private final KubernetesClient client;
    private final ReconcileLoop loop;
    private final OperatorMetrics metrics;
    private final Liveness liveness;
    private final WatchedNamespaces namespaces;
    private final OperatorConfig config;
    /** The framework's own field is behind a lock that its start holds until the API server answers. */
    private volatile boolean started;

    /** @param observers the observers of every status that this operator writes */
    public TaskOperator(
            OperatorConfig config,
            KubernetesClient client,
            Clock clock,
            List<StatusObserver> observers,
            Leadership leadership) {
        String instance = config.leaderElection().map(LeaderElection::identity).orElse("crm-task-operator");
        this.leadership = leadership;
        this.client = client;
        this.config = config;
        loop = new ReconcileLoop(clock);
        namespaces = new WatchedNamespaces(client, config.namespaces());
        liveness = new Liveness(clock, new ApiPing(client));
        metrics = new OperatorMetrics(
                this::look, config.runner(), config.reporting().fingerprint(), clock);
        List<StatusObserver> all =
                Stream.concat(Stream.of(metrics), observers.stream()).toList();
        reconciler = new CrmScheduledTaskReconciler(client, config, instance, clock, all);
        operator = new Operator(this::configure);
    }

    /** Returns when the caches are filled. This replica then works, or waits until it leads. */
    public void start() {
        RegisteredController<CrmScheduledTask> controller = operator.register(reconciler, this::configure);
        leadership.freeUnusableLease(client);
        operator.start();
        namespaces.supervise((Controller<CrmScheduledTask>) controller);
        started = true;
    }

    /** Reads only the caches, and never waits: a probe that gets no answer restarts the process. */
    public OperatorView look() {
        boolean ready = started;
        return new OperatorView(
                () -> ready ? reconciler.tasks() : List.of(),
                leadership.leading(),
                ready,
                ready && namespaces.healthy(),
                namespaces.refused(),
                config.scheduling().enabled(),
                loop.view());
    }

    /** Returns why only a restart helps; empty when none is needed. */
    public Optional<String> standstill() {
        OperatorView view = look();
        // The election begins only when the caches are filled.
        return liveness.standstill(view).or(() -> view.ready() ? leadership.standstill() : Optional.empty());
    }

    public OperatorMetrics metrics() {
        return metrics;
    }

    /** Finishes the running reconciles, and lets the next replica lead at once. */
    @Override
    public void close() {
        leadership.stopping();
        namespaces.close();
        operator.stop();
        started = false;
        leadership.release(client);
    }

    private void configure(ConfigurationServiceOverrider service) {
        service.withKubernetesClient(Leadership.inTime(client))
                .withMetrics(loop)
                .withCloseClientOnStop(false)
                .withConcurrentReconciliationThreads(THREADS)
                .withReconciliationTerminationTimeout(Duration.ofSeconds(10))
                .withStopOnInformerErrorDuringStartup(false)
                // The client restarts the watch itself. Until then /health answers 503.
                .withInformerStoppedHandler((informer, error) -> {
                    if (error != null) {
                        LOG.atError().setCause(error).log("A watch stopped");
                    }
                });
        leadership.configuration().ifPresent(service::withLeaderElectionConfiguration);
    }

    private void configure(ControllerConfigurationOverrider<CrmScheduledTask> controller) {
        controller
                .withName("crmscheduledtask")
                // Annotations request runs and pauses, and they do not change the generation.
                .withGenerationAware(false)
                .withInformerListLimit(Watches.PAGE)
                // A failed or interrupted reconcile needs this interval. Every other one names its next time itself.
                .withReconciliationMaxInterval(Requeue.LONGEST_SILENCE)
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
            controller.withItemStore(new TransformingItemStore<>(CacheTrimming::metadata));
        }
    }
}
