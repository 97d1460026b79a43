package io.crmventas.tasks.runner.task.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.runner.task.model.CrmDatabase;
import io.crmventas.tasks.runner.task.model.MetricsModel;
import io.crmventas.tasks.runner.task.model.RandomCrm;
import io.crmventas.tasks.runner.task.model.TaskTrial;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Compares the statement with the plain Java model, on small random databases with many boundary values. */
class MetricsRefreshModelIT {
    private static final int DATABASES = 60;
    private static final int TENANTS = 5;

    @Test
    void agreesWithTheModelOnRandomDatabases() throws SQLException {
        int rows = 0;
        try (Connection connection = CrmDatabase.create(getClass(), CrmSchema.REFERENCE_AND_OPTIONAL)) {
            for (long seed = 1; seed <= DATABASES; seed++) {
                if (seed == DATABASES / 2) {
                    CrmDatabase.indexRecentMessages(connection);
                }
                rows += agrees(connection, seed, Duration.ofDays(seed % 4 == 0 ? 2 : 30));
            }
        }
        System.out.println("metrics-refresh: seeds 1 to " + DATABASES + ", " + DATABASES * TENANTS + " tenants, " + rows
                + " rows agree");
    }

    private static int agrees(Connection connection, long seed, Duration window) throws SQLException {
        RandomCrm.Sample sample = RandomCrm.of(seed, TENANTS);
        CrmDatabase.fill(connection, sample.crm());

        TaskTrial.run(new MetricsRefresh(window), connection, sample.now());

        Comparator<Map<String, @Nullable Object>> bySeller =
                Comparator.comparing(row -> String.valueOf(row.get("seller_id")));
        MetricsRows expected = MetricsRows.of(new MetricsModel(sample.crm(), sample.now(), window)
                .rows().stream().sorted(bySeller).toList());
        assertEquals(text(expected), text(MetricsRows.read(connection)), "seed " + seed + ", now " + sample.now());
        return expected.rows().size();
    }

    private static String text(MetricsRows rows) {
        StringBuilder text = new StringBuilder();
        rows.rows().forEach(row -> text.append(row).append('\n'));
        return text.toString();
    }
}
