package io.crmventas.tasks.operator;

import io.crmventas.tasks.operator.view.OperatorView;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether only a restart helps. A slow or absent API server is no reason, because reconciles and watches retry
 * by themselves, and a new process would only lose its caches.
 */
final class Liveness {
    /** This time is longer than all retries of one request. */
    static final Duration STUCK = Duration.ofMinutes(10);
    /** The operator reconciles every task within {@code Requeue.LONGEST_SILENCE}; this is three times as long. */
    static final Duration SILENT = Duration.ofMinutes(15);

    static final Duration WATCH_AWAY = Duration.ofMinutes(5);

    private final Clock clock;
    private final BooleanSupplier apiAnswers;
    private @Nullable Instant watchAwaySince;

    /** @param apiAnswers whether the API server answered its last ping; the call must not block */
    Liveness(Clock clock, BooleanSupplier apiAnswers) {
        this.clock = clock;
        this.apiAnswers = apiAnswers;
    }

    /** Returns why only a restart helps; empty when none is needed. The kubelet asks every few seconds. */
    synchronized Optional<String> standstill(OperatorView operator) {
        Instant now = clock.instant();
        Optional<Instant> stuck = operator.loop().oldest().filter(start -> start.isBefore(now.minus(STUCK)));
        if (stuck.isPresent()) {
            return Optional.of("a reconcile has not ended since " + stuck.get());
        }
        boolean working = operator.ready() && operator.leading();
        Optional<Instant> silent = operator.loop().lastEnd().filter(end -> end.isBefore(now.minus(SILENT)));
        if (working && silent.isPresent() && !operator.tasks().isEmpty()) {
            return Optional.of("no reconcile has ended since " + silent.get());
        }
        return watchAway(operator, now);
    }

    private Optional<String> watchAway(OperatorView operator, Instant now) {
        // The time starts again when the API server is back, because the watches then wait longer between retries.
        if (operator.watching() || !operator.ready() || !apiAnswers.getAsBoolean()) {
            watchAwaySince = null;
            return Optional.empty();
        }
        Instant since = watchAwaySince == null ? now : watchAwaySince;
        watchAwaySince = since;
        return since.isBefore(now.minus(WATCH_AWAY))
                ? Optional.of("a watch has not come back since " + since + ", though the API server answers")
                : Optional.empty();
    }

    /** Counts the reconciles and their times, for health and metrics. */
    static final class ReconcileLoop implements Metrics {
        private final Clock clock;
        private final LongAdder succeeded = new LongAdder();
        private final LongAdder failed = new LongAdder();
        private final Map<Object, Instant> running = new ConcurrentHashMap<>();
        private volatile @Nullable Instant lastEnd;

        ReconcileLoop(Clock clock) {
            this.clock = clock;
        }

        @Override
        public <T> T timeControllerExecution(ControllerExecution<T> execution) throws Exception {
            Object reconcile = new Object();
            running.put(reconcile, clock.instant());
            try {
                T result = execution.execute();
                succeeded.increment();
                return result;
            } catch (Exception failure) {
                failed.increment();
                throw failure;
            } finally {
                running.remove(reconcile);
                lastEnd = clock.instant();
            }
        }

        OperatorView.Loop view() {
            return new OperatorView.Loop(
                    succeeded.sum(),
                    failed.sum(),
                    running.values().stream().min(Comparator.naturalOrder()),
                    Optional.ofNullable(lastEnd));
        }
    }

    /** Holds whether the API server answered its last ping. The ping runs in the background, because it can hang. */
    static final class ApiPing implements BooleanSupplier {
        private static final Logger LOG = LoggerFactory.getLogger(ApiPing.class);

        private final KubernetesClient client;
        private volatile boolean answered;
        private @Nullable Thread ping;

        ApiPing(KubernetesClient client) {
            this.client = client;
        }

        @Override
        public synchronized boolean getAsBoolean() {
            if (ping == null || !ping.isAlive()) {
                ping = Thread.ofVirtual().name("api-ping").start(this::ping);
            }
            return answered;
        }

        private void ping() {
            try {
                client.raw("/version");
                answered = true;
            } catch (KubernetesClientException silent) {
                answered = false;
                LOG.atDebug().setCause(silent).log("The API server does not answer");
            }
        }
    }
}
