package io.crmventas.tasks.runner.task.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.task.Shard;
import io.crmventas.tasks.runner.task.model.Crm;
import io.crmventas.tasks.runner.task.model.CrmDatabase;
import io.crmventas.tasks.runner.task.model.RandomCrm;
import io.crmventas.tasks.runner.task.model.TaskTrial;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Whatever happens between two runs, a run that remembers writes what one that reads everything writes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConversationMemoryIT {
    private static final int HISTORIES = 60;
    private static final int RUNS = 15;
    private static final int TENANTS = 4;
    private static final Duration WINDOW = Duration.ofDays(30);
    private static final MetricsRefresh TASK = new MetricsRefresh(new MetricsParameters(WINDOW));

    private Connection connection;

    @BeforeAll
    void create() throws SQLException, IOException {
        connection = CrmDatabase.create(getClass(), CrmSchema.REFERENCE_AND_OPTIONAL);
        CrmDatabase.execute(connection, "create schema crm_tasks");
        try (InputStream migration =
                getClass().getResourceAsStream("/io/crmventas/tasks/runner/migrate/V1__conversations.sql")) {
            String tables = new String(migration.readAllBytes(), StandardCharsets.UTF_8);
            CrmDatabase.execute(connection, "set search_path = crm_tasks; " + tables + "; reset search_path");
        }
    }

    @AfterAll
    void close() throws SQLException {
        connection.close();
    }

    @Test
    void writesWhatAFullReadWrites() throws SQLException {
        int remembering = 0;
        int kept = 0;
        for (long seed = 1; seed <= HISTORIES; seed++) {
            RandomCrm.Sample sample = RandomCrm.of(seed, TENANTS);
            CrmDatabase.fill(connection, sample.crm());
            try (Upheaval upheaval = new Upheaval(seed, sample, connection, CrmDatabase.another(getClass()))) {
                Instant now = sample.now().minus(Duration.ofDays(1));
                for (int run = 1; run <= RUNS; run++) {
                    now = upheaval.next(now);
                    String full = written(now, List.of(new Shard(0, 2), new Shard(1, 2)));
                    Set<String> before = versions();
                    assertEquals(
                            full,
                            written(now, List.of(Shard.WHOLE)),
                            "seed " + seed + ", run " + run + ", " + now + ": " + upheaval.story());
                    before.retainAll(versions());
                    remembering += before.isEmpty() ? 0 : 1;
                    kept += before.size();
                }
            }
        }
        System.out.println("metrics-refresh: " + HISTORIES * RUNS + " runs with memory agree with full reads; "
                + remembering + " of them kept " + kept + " conversations without reading them");
        assertTrue(remembering > HISTORIES * RUNS / 2, "the memory was hardly ever used");
    }

    @Test
    void forgetsAnAnswerWhoseQuestionIsTooOld() throws SQLException {
        Instant noon = Instant.parse("2026-05-04T12:00:00Z");
        Crm crm = new Crm();
        crm.tenant(1, "UTC");
        crm.message(1, "+1", "user", noon.minus(WINDOW).plusSeconds(3_600), crm.user(1, "setter"), null);
        crm.message(1, "+1", "assistant", noon.minusSeconds(60), null, null);
        CrmDatabase.fill(connection, crm);

        List<Shard> whole = List.of(Shard.WHOLE);
        assertTrue(written(noon, whole).contains("avg_response_time_seconds=2588340"));
        assertTrue(written(noon.plusSeconds(7_200), whole).contains("avg_response_time_seconds=null"));
    }

    @Test
    void aSecondRunForTheSameInstantWritesNothing() throws SQLException {
        RandomCrm.Sample sample = RandomCrm.of(3, TENANTS);
        CrmDatabase.fill(connection, sample.crm());
        TaskTrial.run(TASK, connection, sample.now());
        Set<String> before = versions();
        TaskTrial.run(TASK, connection, sample.now());
        assertFalse(before.isEmpty());
        assertEquals(before, versions());
    }

    @Test
    void aDryRunRemembersNothing() throws SQLException {
        RandomCrm.Sample sample = RandomCrm.of(5, TENANTS);
        CrmDatabase.fill(connection, sample.crm());
        CrmDatabase.execute(connection, "truncate crm_tasks.conversations, crm_tasks.conversations_read");
        TaskTrial.run(TASK, connection, sample.now(), true);
        assertTrue(versions().isEmpty());
    }

    /** Shards read everything, so they say what a run without memory writes. */
    private String written(Instant now, List<Shard> shards) throws SQLException {
        connection.setAutoCommit(true);
        CrmDatabase.execute(connection, "truncate seller_metrics");
        for (Shard shard : shards) {
            TaskTrial.run(TASK, connection, now, shard);
        }
        connection.setAutoCommit(true);
        StringBuilder text = new StringBuilder();
        MetricsRows.read(connection).rows().forEach(row -> text.append(row).append('\n'));
        return text.toString();
    }

    /** Every row version of the memory. */
    private Set<String> versions() throws SQLException {
        connection.setAutoCommit(true);
        return new HashSet<>(Sql.of("""
                        select c.ctid || ' ' || c.xmin as version from crm_tasks.conversations c
                        union all select 'read ' || r.ctid || ' ' || r.xmin from crm_tasks.conversations_read r""").list(connection, row -> row.get("version", String.class)));
    }
}
