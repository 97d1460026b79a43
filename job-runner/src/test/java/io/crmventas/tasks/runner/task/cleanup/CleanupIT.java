package io.crmventas.tasks.runner.task.cleanup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.contract.StepReport;
import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.sql.Transactions;
import io.crmventas.tasks.runner.task.Outcome;
import io.crmventas.tasks.runner.task.Shard;
import io.crmventas.tasks.runner.task.Steps;
import io.crmventas.tasks.runner.task.TaskRun;
import io.crmventas.tasks.runner.task.model.CrmDatabase;
import io.crmventas.tasks.runner.task.model.TaskTrial;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CleanupIT {
    private static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");
    private static final String USER = "00000000-0000-4000-8000-000000000001";
    private Connection connection;
    private int transactions;

    @BeforeAll
    void createDatabase() throws SQLException {
        connection = CrmDatabase.create(CleanupIT.class, CrmSchema.REFERENCE_AND_OPTIONAL);
        // A statement that waits for a locked row fails, because the test that holds the row cannot continue.
        execute("set lock_timeout = '10s'");
    }

    @AfterAll
    void close() throws SQLException {
        connection.close();
    }

    @BeforeEach
    void emptyTables() throws SQLException {
        execute("truncate tenants, users, chat_sessions cascade");
        execute("insert into tenants (id, bot_phone_number, clinic_name) values (1, '', '')");
        execute("insert into users (id, email, role, status, tenant_id) values ('" + USER
                + "', '', 'ceo', 'active', 1)");
    }

    private void execute(String statement) throws SQLException {
        connection.setAutoCommit(true);
        CrmDatabase.execute(connection, statement);
    }

    private void notification(String id, String createdAt, String expiresAt) throws SQLException {
        execute(
                "insert into notifications (id, tenant_id, type, title, message, recipient_id, read, created_at, expires_at)"
                        + " values ('%s', 1, 'anything', '', '', '%s', length('%s') %% 2 = 0, %s, %s)"
                                .formatted(id, USER, id, createdAt, expiresAt));
    }

    private void metrics(String periodStart) throws SQLException {
        execute("insert into seller_metrics (seller_id, tenant_id, metrics_period_start, metrics_period_end)"
                + " values ('%s', 1, %s, now())".formatted(USER, periodStart));
    }

    private void session(String status, String lastActivity) throws SQLException {
        execute("insert into chat_sessions (status, last_activity) values (%s, %s)".formatted(status, lastActivity));
    }

    private static String before(Duration age, int micros) {
        return "'" + NOW.minus(age).minusNanos(micros * 1_000L) + "'";
    }

    private Outcome run(Connection session, int batchSize, boolean dryRun, Steps steps) throws SQLException {
        Outcome outcome = new Outcome();
        transactions = 0;
        Transactions counting = new Transactions(session, dryRun, _ -> ++transactions > 0);
        new Cleanup(Duration.ofDays(7), Duration.ofDays(30), Duration.ofDays(7), batchSize)
                .run(new TaskRun(
                        NOW, Shard.WHOLE, counting, steps, outcome, TaskTrial.absentTables(session, TaskType.CLEANUP)));
        return outcome;
    }

    private Map<String, Long> run() throws SQLException {
        return run(connection, 5_000, false, new Steps()).counts();
    }

    private List<String> remaining(String expression, String table) throws SQLException {
        return Sql.of("select %s as it from %s order by 1".formatted(expression, table))
                .list(connection, row -> String.valueOf(row.find("it", String.class)));
    }

    private static Map<String, Long> counts(long notifications, long metrics, long sessions) {
        return Map.of(
                Counts.NOTIFICATIONS_DELETED, notifications,
                Counts.METRICS_DELETED, metrics,
                Counts.CHAT_SESSIONS_DELETED, sessions);
    }

    @Test
    void deletesExpiredNotificationsAndOldOnesThatNeverExpire() throws SQLException {
        Duration week = Duration.ofDays(7);
        notification("expired", "now()", before(Duration.ZERO, 1));
        notification("expires now", "now()", before(Duration.ZERO, 0));
        notification("old but expires later", before(Duration.ofDays(99), 0), before(Duration.ZERO, -1));
        notification("a week and more", before(week, 1), "null");
        notification("a week", before(week, 0), "null");
        notification("no time", "null", "null");
        assertEquals(counts(2, 0, 0), run());
        assertEquals(
                List.of("a week", "expires now", "no time", "old but expires later"), remaining("id", "notifications"));
        assertEquals(counts(0, 0, 0), run());
    }

    @Test
    void deletesMetricsWhosePeriodStartedMoreThanThirtyDaysAgo() throws SQLException {
        metrics(before(Duration.ofDays(30), 1));
        metrics(before(Duration.ofDays(30), 0));
        assertEquals(counts(0, 1, 0), run());
        assertEquals(1, remaining("id", "seller_metrics").size());
    }

    @Test
    void deletesInactiveChatSessions() throws SQLException {
        Duration week = Duration.ofDays(7);
        session("'inactive'", before(week, 1));
        session("'inactive'", before(week, 0));
        session("'active'", before(week, 1));
        session("'Inactive'", before(week, 1));
        session("null", before(week, 1));
        session("'inactive'", "null");
        assertEquals(counts(0, 0, 1), run());
        assertEquals(5, remaining("id", "chat_sessions").size());
    }

    @Test
    void countsADayAs24HoursInEveryTimeZoneOfTheSession() throws SQLException {
        notification("a week", before(Duration.ofDays(7), 0), "null");
        notification("a week and more", before(Duration.ofDays(7), 1), "null");
        execute("set time zone 'America/New_York'"); // its clocks changed two days before
        try {
            assertEquals(counts(1, 0, 0), run());
        } finally {
            execute("reset time zone");
        }
    }

    @Test
    void deletesInSeveralBatches() throws SQLException {
        for (int i = 0; i < 7; i++) {
            notification("n" + i, "now()", before(Duration.ofDays(1), 0));
        }
        for (int i = 1; i <= 4; i++) {
            metrics(before(Duration.ofDays(30), i));
            session("'inactive'", before(Duration.ofDays(8), i));
        }
        assertEquals(counts(7, 4, 4), run(connection, 3, false, new Steps()).counts());
        assertEquals(List.of(), remaining("id", "notifications"));
        // Three batches of notifications, two of metrics and two of sessions.
        assertEquals(7, transactions);
    }

    @Test
    void countsEverythingInADryRunAndDeletesNothing() throws SQLException {
        for (int i = 0; i < 7; i++) {
            notification("n" + i, "now()", before(Duration.ofDays(1), 0));
        }
        session("'inactive'", before(Duration.ofDays(8), 0));
        Outcome outcome = run(connection, 3, true, new Steps());
        assertEquals(counts(7, 0, 1), outcome.counts());
        assertEquals(7, remaining("id", "notifications").size());
    }

    @Test
    void skipsRowsThatAnotherSessionLocks() throws SQLException {
        notification("free", "now()", before(Duration.ofDays(1), 0));
        notification("held", "now()", before(Duration.ofDays(1), 0));
        metrics(before(Duration.ofDays(31), 0));
        session("'inactive'", before(Duration.ofDays(8), 0));
        try (Connection other = CrmDatabase.another(CleanupIT.class)) {
            new Transactions(other, true, _ -> true).run(holding -> {
                CrmDatabase.execute(holding, "update notifications set read = true where id = 'held'");
                CrmDatabase.execute(holding, "update seller_metrics set metrics_calculated_at = now()");
                CrmDatabase.execute(holding, "update chat_sessions set status = status");
                assertEquals(counts(1, 0, 0), run());
                return null;
            });
        }
        assertEquals(List.of("held"), remaining("id", "notifications"));
        assertEquals(counts(1, 1, 1), run());
    }

    @Test
    void needsOnlyTheRightsToReadDeleteAndLockRows() throws SQLException {
        notification("old", "now()", before(Duration.ofDays(1), 0));
        execute("drop role if exists guest");
        execute("create role guest");
        execute("grant select, delete, update (id) on notifications, seller_metrics, chat_sessions to guest");
        try (Connection guest = CrmDatabase.another(CleanupIT.class)) {
            CrmDatabase.execute(guest, "set role guest");
            assertEquals(counts(1, 0, 0), run(guest, 5_000, false, new Steps()).counts());
        } finally {
            execute("drop owned by guest");
            execute("drop role guest");
        }
    }

    @Test
    void skipsChatSessionsWithoutTheTable() throws SQLException {
        execute("alter table chat_sessions rename to hidden");
        Steps steps = new Steps();
        try {
            run(connection, 5_000, false, steps);
        } finally {
            execute("alter table hidden rename to chat_sessions");
        }
        StepReport last = steps.finished().getLast();
        assertEquals(new StepReport("chat-sessions", "skipped", 0, "the CRM has no table chat_sessions"), last);
        assertTrue(steps.finished().stream()
                .limit(2)
                .allMatch(step -> step.outcome().equals("done")));
    }
}
