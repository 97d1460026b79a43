package io.crmventas.tasks.operator;

import io.crmventas.tasks.operator.view.OperatorView;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Hears of every reconcile, so that health and metrics can tell how the loop goes. */
final class ReconcileLoop implements Metrics {
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

    OperatorView.Loop look() {
        return new OperatorView.Loop(
                succeeded.sum(),
                failed.sum(),
                running.values().stream().min(Comparator.naturalOrder()),
                Optional.ofNullable(lastEnd));
    }
}
