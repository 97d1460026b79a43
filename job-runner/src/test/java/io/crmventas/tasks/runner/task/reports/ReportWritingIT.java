package io.crmventas.tasks.runner.task.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.task.Outcome;
import io.crmventas.tasks.runner.task.model.ConcurrentRuns;
import io.crmventas.tasks.runner.task.model.CountingConnection;
import io.crmventas.tasks.runner.task.model.CrmDatabase;
import io.crmventas.tasks.runner.task.model.RandomCrm;
import io.crmventas.tasks.runner.task.model.TaskTrial;
import io.crmventas.tasks.runner.task.output.Publication.CacheEntry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Existing reports, deleted CEOs, concurrent runs and the summary for the CRM's screen. */
class ReportWritingIT {
    private static final Instant NOW = Instant.parse("2026-06-10T08:00:00Z");
    private static final int TENANT = 1;

    @SuppressWarnings("NullAway.Init")
    private static Connection connection;

    @SuppressWarnings("NullAway.Init")
    private ReportTrial trial;

    @SuppressWarnings("NullAway.Init")
    private UUID ceo;

    @BeforeAll
    static void createDatabase() throws SQLException {
        connection = CrmDatabase.create(ReportWritingIT.class, CrmSchema.REFERENCE_AND_OPTIONAL);
    }

    @AfterAll
    static void close() throws SQLException {
        connection.close();
    }

    @BeforeEach
    void begin() {
        trial = new ReportTrial(connection);
        trial.crm.tenant(TENANT, "UTC");
        ceo = trial.crm.user(TENANT, "ceo");
    }

    private static Set<String> ids() throws SQLException {
        return new TreeSet<>(StoredReports.read(connection).keySet());
    }

    private static List<String> tuples() throws SQLException {
        return Sql.of("select concat_ws(' ', id, ctid, xmin, xmax) as tuple from notifications order by id")
                .list(connection, row -> row.get("tuple", String.class));
    }

    @Test
    void existingReportStaysAndMissingReportIsWritten() throws SQLException {
        trial.reports(NOW);
        List<String> before = tuples();

        assertEquals(0, trial.run(NOW).counts().get(Counts.REPORTS));
        assertEquals(before, tuples());

        Sql.of("delete from notifications where id = :id")
                .with("id", ReportTrial.id(TENANT, "20260608", ceo))
                .update(connection);
        Outcome later = trial.run(NOW.plus(Duration.ofHours(1)));

        assertEquals(1, later.counts().get(Counts.REPORTS));
        assertTrue(tuples().containsAll(before.stream()
                .filter(tuple -> !tuple.contains("20260608"))
                .toList()));
        assertEquals(
                List.of("daily:summary:tenant:1:2026-06-08"),
                later.publications().stream()
                        .map(entry -> ((CacheEntry) entry).key())
                        .toList());
    }

    @Test
    void newCeoGetsTheReportsOfTheOtherCeos() throws SQLException {
        trial.reports(NOW);
        List<String> before = tuples();
        UUID second = trial.crm.user(TENANT, "ceo");
        CrmDatabase.execute(
                connection,
                "insert into users (id, email, role, status, tenant_id) values ('%s', 'late@example.test', 'ceo', 'active', 1)"
                        .formatted(second));

        assertEquals(3, trial.run(NOW).counts().get(Counts.REPORTS));
        assertTrue(tuples().containsAll(before));
    }

    @Test
    void dryRunCountsTheSameAndLeavesNothing() throws SQLException {
        CrmDatabase.fill(connection, trial.crm);

        Outcome outcome = TaskTrial.run(ReportTrial.TASK, connection, NOW, true);

        assertEquals(3, outcome.counts().get(Counts.REPORTS));
        assertEquals(List.of(), outcome.publications());
        assertEquals(Set.of(), ids());
    }

    @Test
    void concurrentRunsAddEachReportOnce() throws Exception {
        RandomCrm.Sample sample = RandomCrm.of(11, 40);
        CrmDatabase.fill(connection, sample.crm());

        List<Outcome> outcomes = ConcurrentRuns.runTogether(ReportWritingIT.class, ReportTrial.TASK, sample.now(), 3);

        assertEquals(
                ids().size(),
                outcomes.stream()
                        .mapToLong(outcome -> outcome.counts().get(Counts.REPORTS))
                        .sum());
    }

    @Test
    void recipientDeletedDuringTheRunIsSkipped() throws Exception {
        UUID leaving = trial.crm.user(TENANT, "ceo");
        CrmDatabase.fill(connection, trial.crm);

        Outcome outcome = ConcurrentRuns.runDuringDeletion(ReportWritingIT.class, leaving, ReportTrial.TASK, NOW);

        assertEquals(3, outcome.counts().get(Counts.REPORTS));
        assertTrue(ids().stream().noneMatch(id -> id.endsWith(leaving.toString())));
    }

    @Test
    void summaryForTheScreenHoldsTheReportAndItsOwnKeys() throws SQLException {
        UUID seller = trial.crm.user(TENANT, "closer");
        trial.crm.assign(TENANT, "+1", seller, "2026-01-01T00:00:00Z");
        trial.crm.message(TENANT, "+1", "assistant", "2026-06-09T10:00:00Z");
        trial.crm.message(TENANT, "+2", "user", "2026-06-09T10:00:00Z");
        trial.crm.message(TENANT, "+3", "user", "2026-06-09T10:00:00Z");
        trial.crm.decided(TENANT, "won", "2026-06-09T11:00:00Z", "10.50");
        trial.crm.lead(TENANT, "won", seller, "2026-06-09T11:00:00Z");
        CrmDatabase.fill(connection, trial.crm);

        CacheEntry entry = summary("2026-06-09");

        Map<String, @Nullable Object> summary = StoredReports.plain(StoredReports.parse(entry.json()));
        Map<String, @Nullable Object> metadata =
                StoredReports.read(connection).get(ReportTrial.id(TENANT, "20260609", ceo));
        assertEquals(Duration.ofHours(1), entry.expiry());
        assertTrue(metadata != null && summary.entrySet().containsAll(metadata.entrySet()));
        assertEquals("3", summary.get("total_conversations_today"));
        assertEquals("2", summary.get("unassigned_conversations_today"));
        assertEquals("1", summary.get("active_sellers_today"));
        assertEquals("2", summary.get("conversions_today"));
        assertEquals("2026-06-10T08:00:00.000000", summary.get("calculated_at"));
        assertTrue(String.valueOf(summary.get("top_performers")).contains(seller.toString()));
    }

    @Test
    void summaryOfAQuietDayHoldsZeros() throws SQLException {
        CrmDatabase.fill(connection, trial.crm);

        Map<String, @Nullable Object> summary =
                StoredReports.plain(StoredReports.parse(summary("2026-06-09").json()));

        for (String key : List.of(
                "total_conversations_today",
                "unassigned_conversations_today",
                "active_sellers_today",
                "conversions_today")) {
            assertEquals("0", summary.get(key), key);
        }
        assertEquals(List.of(), summary.get("top_performers"));
        assertFalse(message().contains("Mejor vendedor"), message());
    }

    /** A seller without a name has the name of the account. */
    @Test
    void topPerformersAreTheThreeBestAndTheReportNamesTheFirst() throws SQLException {
        List<UUID> best = new ArrayList<>();
        for (int conversions = 4; conversions >= 0; conversions--) {
            UUID seller = trial.crm.user(TENANT, "closer");
            best.add(seller);
            for (int i = 0; i < conversions; i++) {
                trial.crm.lead(TENANT, "won", seller, "2026-06-01T00:00:00Z");
            }
            trial.crm.lead(TENANT, "new", seller, "2026-06-01T00:00:00Z");
        }
        CrmDatabase.fill(connection, trial.crm);
        CrmDatabase.execute(connection, """
                update users u set first_name = named.first, last_name = named.last
                from (values ('%s'::uuid, ' ', 'Eva '), ('%s', ' ', null), ('%s', 'Luz', 'Roca')) named (id, first, last)
                where u.id = named.id""".formatted(best.toArray()));

        String json = summary("2026-06-09").json();

        List<?> top = (List<?>) StoredReports.parse(json).get("top_performers");
        assertEquals(
                List.of(
                        best.get(0) + " Eva",
                        best.get(1) + " " + best.get(1) + "@example.test",
                        best.get(2) + " Luz Roca"),
                top.stream()
                        .map(seller -> ((Map<?, ?>) seller).get("seller_id") + " " + ((Map<?, ?>) seller).get("name"))
                        .toList());
        assertTrue(message().endsWith(" Mejor vendedor: Eva."), message());
    }

    private String message() throws SQLException {
        return Sql.of("select message from notifications where id = :id")
                .with("id", ReportTrial.id(TENANT, "20260609", ceo))
                .one(connection, row -> row.get("message", String.class));
    }

    private CacheEntry summary(String day) throws SQLException {
        return trial.run(NOW).publications().stream()
                .map(publication -> (CacheEntry) publication)
                .filter(cached -> cached.key().equals("daily:summary:tenant:1:" + day))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void numberOfStatementsDoesNotGrowWithTheTenants() throws SQLException {
        CrmDatabase.fill(connection, trial.crm);
        int few = CountingConnection.statements(connection, counted -> TaskTrial.run(ReportTrial.TASK, counted, NOW));
        RandomCrm.Sample sample = RandomCrm.of(1, 30);
        CrmDatabase.fill(connection, sample.crm());
        int many = CountingConnection.statements(
                connection, counted -> TaskTrial.run(ReportTrial.TASK, counted, sample.now()));

        assertTrue(few > 5);
        assertEquals(few, many);
    }
}
