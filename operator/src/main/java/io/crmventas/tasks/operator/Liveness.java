package io.crmventas.tasks.operator;

import io.crmventas.tasks.operator.view.OperatorView;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether only a restart would help. A slow or absent API server is no reason: reconciles and watches try again by
 * themselves, and a new process would only lose its caches.
 */
final class Liveness {
    /** Longer than all tries of one request. */
    static final Duration STUCK = Duration.ofMinutes(10);
    /** The operator reconciles every task within {@code WakeUp.LONGEST_SILENCE}; this is three times as long. */
    static final Duration SILENT = Duration.ofMinutes(15);

    static final Duration DEAF = Duration.ofMinutes(5);

    private final Clock clock;
    private final BooleanSupplier apiAnswers;
    private @Nullable Instant deafSince;

    /** @param apiAnswers whether the API server answered lately; must not block */
    Liveness(Clock clock, BooleanSupplier apiAnswers) {
        this.clock = clock;
        this.apiAnswers = apiAnswers;
    }

    /** Why only a restart would help; to be asked every few seconds. */
    synchronized Optional<String> standstill(OperatorView operator) {
        Instant now = clock.instant();
        Optional<Instant> stuck = operator.loop().oldest().filter(start -> start.isBefore(now.minus(STUCK)));
        if (stuck.isPresent()) {
            return Optional.of("a reconcile has not ended since " + stuck.get());
        }
        boolean working = operator.ready() && operator.leading();
        Optional<Instant> silent = operator.loop().lastEnd().filter(end -> end.isBefore(now.minus(SILENT)));
        if (working && silent.isPresent() && !operator.tasks().tasks().isEmpty()) {
            return Optional.of("no reconcile has ended since " + silent.get());
        }
        return deaf(operator, now);
    }

    private Optional<String> deaf(OperatorView operator, Instant now) {
        // Counted anew when the API server comes back: the watches wait longer between their tries by then.
        if (operator.watching() || !operator.ready() || !apiAnswers.getAsBoolean()) {
            deafSince = null;
            return Optional.empty();
        }
        Instant since = deafSince == null ? now : deafSince;
        deafSince = since;
        return since.isBefore(now.minus(DEAF))
                ? Optional.of("a watch has not come back since " + since + ", though the API server answers")
                : Optional.empty();
    }

    /** Whether the API server answered its last ping. The ping runs in the background, because it can hang. */
    static final class ApiPing implements BooleanSupplier {
        private static final Logger LOG = LoggerFactory.getLogger(ApiPing.class);

        private final KubernetesClient client;
        private final AtomicBoolean pinging = new AtomicBoolean();
        private volatile boolean answered;

        ApiPing(KubernetesClient client) {
            this.client = client;
        }

        @Override
        public boolean getAsBoolean() {
            if (pinging.compareAndSet(false, true)) {
                Thread.ofVirtual().name("api-ping").start(this::ping);
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
            } finally {
                pinging.set(false);
            }
        }
    }
}
