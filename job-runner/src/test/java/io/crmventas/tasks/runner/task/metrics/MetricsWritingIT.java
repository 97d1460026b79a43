package io.crmventas.tasks.runner.task.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.task.Outcome;
import io.crmventas.tasks.runner.task.model.ConcurrentRuns;
import io.crmventas.tasks.runner.task.model.CountingConnection;
import io.crmventas.tasks.runner.task.model.Crm;
import io.crmventas.tasks.runner.task.model.CrmDatabase;
import io.crmventas.tasks.runner.task.model.RandomCrm;
import io.crmventas.tasks.runner.task.model.TaskTrial;
import io.crmventas.tasks.runner.task.output.Publication.CacheEntry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Existing rows, deleted sellers, concurrent runs and the CRM's cache. */
class MetricsWritingIT {
    private static final Instant NOW = Instant.parse("2026-06-10T12:00:00Z");
    private static final MetricsRefresh TASK = new MetricsRefresh(Duration.ofDays(30));

    @SuppressWarnings("NullAway.Init")
    private static Connection connection;

    private final Crm crm = new Crm();
    private final int tenant = crm.tenant(1, "UTC");
    private final UUID seller = crm.user(tenant, "closer");

    @BeforeAll
    static void createDatabase() throws SQLException {
        connection = CrmDatabase.create(MetricsWritingIT.class, CrmSchema.REFERENCE_AND_OPTIONAL);
    }

    @AfterAll
    static void close() throws SQLException {
        connection.close();
    }

    private static Outcome refresh(Instant now) throws SQLException {
        return TaskTrial.run(TASK, connection, now);
    }

    /** Returns the location and the transactions of each row, so that the test sees every write and every lock. */
    private static List<String> tuples() throws SQLException {
        return Sql.of("select concat_ws(' ', id, ctid, xmin, xmax) as tuple from seller_metrics order by id")
                .list(connection, row -> row.get("tuple", String.class));
    }

    @Test
    void secondRunForTheSameNowTouchesNoRow() throws SQLException {
        RandomCrm.Sample sample = RandomCrm.of(7, 20);
        CrmDatabase.fill(connection, sample.crm());
        Outcome first = refresh(sample.now());
        List<String> before = tuples();

        CrmDatabase.execute(connection, "set time zone 'Asia/Kathmandu'");
        Outcome second = refresh(sample.now());
        CrmDatabase.execute(connection, "reset time zone");

        assertTrue(before.size() > 20);
        assertEquals(before.size(), first.counts().get(Counts.METRICS_WRITTEN));
        assertEquals(before, tuples());
        assertEquals(0, second.counts().get(Counts.METRICS_WRITTEN));
        assertEquals(before.size(), second.counts().get(Counts.METRICS_UNCHANGED));
    }

    @Test
    void backfillReplacesLaterFiguresAndKeepsTheId() throws SQLException {
        crm.assign(tenant, "+1", seller, "2026-06-10T09:00:00Z");
        crm.message(tenant, "+1", "user", "2026-06-10T10:30:00Z");
        CrmDatabase.fill(connection, crm);
        refresh(NOW);
        String id = id();
        assertEquals("1", MetricsRows.read(connection).of(seller).get("total_messages_received"));

        refresh(NOW.minus(Duration.ofHours(2)));

        assertEquals(id, id());
        assertEquals("0", MetricsRows.read(connection).of(seller).get("total_messages_received"));
        assertEquals(
                "2026-06-10T10:00:00Z", MetricsRows.read(connection).of(seller).get("metrics_calculated_at"));
    }

    @Test
    void replacesTheValuesOfAnotherClient() throws SQLException {
        CrmDatabase.fill(connection, crm);
        refresh(NOW);
        CrmDatabase.execute(connection, """
                update seller_metrics set total_conversations = null, conversion_rate = 99.99,
                  last_activity_at = now(), avg_response_time_seconds = 5""");

        assertEquals(1, refresh(NOW).counts().get(Counts.METRICS_WRITTEN));
        assertEquals("0", MetricsRows.read(connection).of(seller).get("total_conversations"));
    }

    @Test
    void rowsOfFormerSellersAndOtherPeriodsStayAsTheyAre() throws SQLException {
        UUID former = crm.user(tenant, "setter", "suspended");
        CrmDatabase.fill(connection, crm);
        CrmDatabase.execute(connection, """
                insert into seller_metrics (seller_id, tenant_id, metrics_period_start, metrics_period_end)
                values ('%1$s', 1, '2026-06-10T00:00:00Z', now()), ('%2$s', 1, '2026-06-10T07:13:00Z', now()),
                  ('%2$s', 1, '2026-06-09T00:00:00Z', now())""".formatted(former, seller));
        List<String> before = tuples();

        refresh(NOW);

        assertTrue(tuples().containsAll(before));
        assertEquals(before.size() + 1, tuples().size());
    }

    @Test
    void crmWithoutSellersHasNoRows() throws SQLException {
        crm.users.clear();
        CrmDatabase.fill(connection, crm);

        assertEquals(0, refresh(NOW).counts().get(Counts.METRICS_WRITTEN));
        assertEquals(List.of(), tuples());
    }

    @Test
    void dryRunCountsTheSameAndLeavesNothing() throws SQLException {
        CrmDatabase.fill(connection, crm);

        Outcome outcome = TaskTrial.run(TASK, connection, NOW, true);

        assertEquals(1, outcome.counts().get(Counts.METRICS_WRITTEN));
        assertEquals(List.of(), outcome.publications());
        assertEquals(List.of(), tuples());
    }

    @Test
    void twoRunsAtOnceWriteEachRowOnce() throws Exception {
        RandomCrm.Sample sample = RandomCrm.of(11, 40);
        CrmDatabase.fill(connection, sample.crm());

        List<Outcome> outcomes = ConcurrentRuns.runTogether(MetricsWritingIT.class, TASK, sample.now(), 3);

        assertEquals(
                tuples().size(),
                outcomes.stream()
                        .mapToLong(outcome -> outcome.counts().get(Counts.METRICS_WRITTEN))
                        .sum());
    }

    @Test
    void sellerDeletedDuringTheRunIsSkipped() throws Exception {
        UUID leaving = crm.user(tenant, "setter");
        CrmDatabase.fill(connection, crm);

        Outcome outcome = ConcurrentRuns.runDuringDeletion(MetricsWritingIT.class, leaving, TASK, NOW);

        assertEquals(1, outcome.counts().get(Counts.METRICS_WRITTEN));
        assertEquals(1, MetricsRows.read(connection).rows().size());
        assertEquals(1, outcome.publications().size());
    }

    @Test
    void unchangedRowIsCachedToo() throws Exception {
        crm.assign(tenant, "+1", seller, "2026-06-10T09:00:00Z");
        crm.message(tenant, "+1", "assistant", "2026-06-10T10:30:00.000001Z");
        CrmDatabase.fill(connection, crm);
        refresh(NOW);

        CacheEntry entry = (CacheEntry) refresh(NOW).publications().getFirst();

        assertEquals("metrics:seller:" + seller + ":tenant:1", entry.key());
        assertEquals(Duration.ofMinutes(5), entry.expiry());
        assertEquals(CachedRow.parse("""
                {"id": "%s", "seller_id": "%s", "tenant_id": 1,
                 "total_conversations": 1, "active_conversations": 1, "conversations_assigned_today": 1,
                 "total_messages_sent": 1, "total_messages_received": 0, "avg_response_time_seconds": null,
                 "leads_assigned": 0, "leads_converted": 0, "conversion_rate": null,
                 "prospects_generated": 0, "prospects_converted": 0,
                 "total_chat_minutes": 0, "avg_session_duration_minutes": null,
                 "last_activity_at": "2026-06-10T10:30:00.000001+00:00",
                 "metrics_calculated_at": "2026-06-10T12:00:00.000000+00:00",
                 "metrics_period_start": "2026-06-10T00:00:00.000000+00:00",
                 "metrics_period_end": "2026-06-10T12:00:00.000000+00:00",
                 "realtime_conversations": 1, "cached_at": "2026-06-10T12:00:00.000000"}""".formatted(id(), seller)), CachedRow.parse(entry.json()));
    }

    @Test
    void numberOfStatementsDoesNotGrowWithTheTenants() throws SQLException {
        CrmDatabase.fill(connection, RandomCrm.of(1, 2).crm());
        int few = CountingConnection.statements(connection, counted -> TaskTrial.run(TASK, counted, NOW));
        CrmDatabase.fill(connection, RandomCrm.of(1, 30).crm());
        int many = CountingConnection.statements(connection, counted -> TaskTrial.run(TASK, counted, NOW));

        assertNotEquals(0, few);
        assertEquals(few, many);
    }

    private static String id() throws SQLException {
        return Sql.of("select id from seller_metrics")
                .list(connection, row -> row.get("id", UUID.class).toString())
                .getFirst();
    }
}
