package io.crmventas.tasks.runner.task;

import io.crmventas.tasks.contract.StepReport;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records each step of an attempt. {@link #current} still names a step that threw. Another thread can read it meanwhile. */
public final class Steps {
    private final List<StepReport> finished = Collections.synchronizedList(new ArrayList<>());
    private volatile @Nullable String current;

    @FunctionalInterface
    public interface Work<T extends @Nullable Object> {
        T run() throws SQLException;
    }

    public <T extends @Nullable Object> T run(String name, Work<T> work) throws SQLException {
        current = name;
        long start = System.nanoTime();
        T result = work.run();
        finished.add(new StepReport(name, StepReport.DONE, (System.nanoTime() - start) / 1_000_000, null));
        current = null;
        return result;
    }

    public void skip(String name, String why) {
        finished.add(new StepReport(name, StepReport.SKIPPED, 0, why));
    }

    public @Nullable String current() {
        return current;
    }

    public List<StepReport> finished() {
        return List.copyOf(finished);
    }
}
