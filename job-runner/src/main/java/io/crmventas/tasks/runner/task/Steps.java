package io.crmventas.tasks.runner.task;

import io.crmventas.tasks.contract.StepReport;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Records each step of an attempt; the one that throws stays named in {@link #current}. */
public final class Steps {
    private final LongSupplier nanoClock;
    private final List<StepReport> finished = new ArrayList<>();
    private @Nullable String current;

    public Steps(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    @FunctionalInterface
    public interface Work<T extends @Nullable Object> {
        T run() throws SQLException;
    }

    public <T extends @Nullable Object> T run(String name, Work<T> work) throws SQLException {
        current = name;
        long start = nanoClock.getAsLong();
        T result = work.run();
        finished.add(new StepReport(name, StepReport.DONE, millisSince(start), null));
        current = null;
        return result;
    }

    public void skip(String name, String why) {
        finished.add(new StepReport(name, StepReport.SKIPPED, 0, why));
    }

    /** The step that is running, or that threw. */
    public @Nullable String current() {
        return current;
    }

    public List<StepReport> finished() {
        return List.copyOf(finished);
    }

    private long millisSince(long start) {
        return (nanoClock.getAsLong() - start) / 1_000_000;
    }
}
