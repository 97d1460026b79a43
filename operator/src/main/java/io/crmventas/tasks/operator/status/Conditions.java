package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.Condition;
import io.crmventas.tasks.contract.RunReportCodec;
import io.crmventas.tasks.operator.run.Reason;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Builds the list of conditions. The time of a condition changes only with its status. */
public final class Conditions {
    public static final String READY = "Ready";
    static final String RECONCILING = "Reconciling";
    static final String STALLED = "Stalled";
    public static final String SUSPENDED = "Suspended";
    static final String RUNNING = "Running";
    static final String LAST_RUN_SUCCEEDED = "LastRunSucceeded";
    static final String FRESH = "Fresh";
    public static final String PREFLIGHT = "Preflight";

    public static final String TRUE = "True";
    public static final String FALSE = "False";
    public static final String UNKNOWN = "Unknown";

    /** Kubernetes allows 32768 characters, which a person cannot read. */
    static final int LONGEST_MESSAGE = 1024;

    private final List<Condition> previous;
    private final @Nullable Long generation;
    private final Instant now;
    private final List<Condition> conditions = new ArrayList<>();

    Conditions(List<Condition> previous, @Nullable Long generation, Instant now) {
        this.previous = previous;
        this.generation = generation;
        this.now = now.truncatedTo(ChronoUnit.SECONDS);
    }

    void put(String type, String status, Reason reason, String message) {
        put(type, status, reason.text(), message);
    }

    void put(String type, String status, String reason, String message) {
        Instant since = Condition.find(previous, type)
                .filter(old -> old.status().equals(status))
                .map(Condition::lastTransitionTime)
                .orElse(now);
        conditions.add(
                new Condition(type, status, generation, since, reason, RunReportCodec.cut(message, LONGEST_MESSAGE)));
    }

    void keep(Condition old) {
        put(old.type(), old.status(), old.reason(), old.message());
    }

    List<Condition> list() {
        return List.copyOf(conditions);
    }

    Optional<Condition> previous(String type) {
        return Condition.find(previous, type);
    }

    Optional<Condition> current(String type) {
        return Condition.find(conditions, type);
    }
}
