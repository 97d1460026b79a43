package io.crmventas.tasks.runner.task.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.runner.task.model.CrmDatabase;
import io.crmventas.tasks.runner.task.model.RandomCrm;
import io.crmventas.tasks.runner.task.model.ReportsModel;
import io.crmventas.tasks.runner.task.model.TaskTrial;
import io.crmventas.tasks.runner.task.output.Texts.Language;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Compares the statement with the plain Java model, on small random databases with many boundary values. */
class DailyReportsModelIT {
    private static final int DATABASES = 60;
    private static final int TENANTS = 5;

    @Test
    void agreesWithTheModelOnRandomDatabases() throws SQLException {
        int reports = 0;
        try (Connection connection = CrmDatabase.create(getClass(), CrmSchema.REFERENCE_AND_OPTIONAL)) {
            for (long seed = 1; seed <= DATABASES; seed++) {
                if (seed == DATABASES / 2) {
                    CrmDatabase.indexRecentMessages(connection);
                }
                reports += agrees(connection, seed, seed % 5 == 0 ? 7 : 3);
            }
        }
        System.out.println("daily-reports: seeds 1 to " + DATABASES + ", " + DATABASES * TENANTS + " tenants, "
                + reports + " reports agree");
    }

    private static int agrees(Connection connection, long seed, int days) throws SQLException {
        RandomCrm.Sample sample = RandomCrm.of(seed, TENANTS);
        CrmDatabase.fill(connection, sample.crm());

        TaskTrial.run(new DailyReports(days, Language.ES), connection, sample.now());

        Map<String, Map<String, @Nullable Object>> expected = new TreeMap<>();
        new ReportsModel(sample.crm(), sample.now(), days)
                .reports()
                .forEach((id, metadata) -> expected.put(id, StoredReports.plain(metadata)));
        assertEquals(text(expected), text(StoredReports.read(connection)), "seed " + seed + ", now " + sample.now());
        return expected.size();
    }

    private static String text(Map<String, Map<String, @Nullable Object>> reports) {
        StringBuilder text = new StringBuilder();
        reports.forEach(
                (id, metadata) -> text.append(id).append(' ').append(metadata).append('\n'));
        return text.toString();
    }
}
