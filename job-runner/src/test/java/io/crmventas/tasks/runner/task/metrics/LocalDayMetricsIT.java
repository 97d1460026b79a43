package io.crmventas.tasks.runner.task.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.runner.task.Outcome;
import io.crmventas.tasks.runner.task.model.Crm;
import io.crmventas.tasks.runner.task.model.CrmDatabase;
import io.crmventas.tasks.runner.task.model.TaskTrial;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The start of a tenant's day: unknown zones, days of 23 and of 25 hours, and a day without midnight. */
class LocalDayMetricsIT {
    private static final Instant NOW = Instant.parse("2026-06-10T12:00:00Z");
    private static final MetricsRefresh TASK = new MetricsRefresh(Duration.ofDays(30));

    @SuppressWarnings("NullAway.Init")
    private static Connection connection;

    private final Crm crm = new Crm();

    @BeforeAll
    static void createDatabase() throws SQLException {
        connection = CrmDatabase.create(LocalDayMetricsIT.class, CrmSchema.REFERENCE);
    }

    @AfterAll
    static void close() throws SQLException {
        connection.close();
    }

    private MetricsRows refreshed(Instant now) throws SQLException {
        CrmDatabase.fill(connection, crm);
        TaskTrial.run(TASK, connection, now);
        return MetricsRows.read(connection);
    }

    @Test
    void warnsOfAnUnknownZoneAndCountsInUtc() throws SQLException {
        int other = crm.tenant(2, "UTC+3");
        UUID there = crm.user(other, "closer");
        CrmDatabase.fill(connection, crm);

        Outcome outcome = TaskTrial.run(TASK, connection, NOW);

        assertEquals(
                "2026-06-10T00:00:00Z", MetricsRows.read(connection).of(there).get("metrics_period_start"));
        assertEquals(
                1,
                outcome.warnings().stream()
                        .filter(text -> text.contains("UTC+3"))
                        .count());
    }

    /** Madrid's clocks go forward in this night, so the day has 23 hours. */
    @Test
    void dayOfTwentyThreeHoursBeginsAtItsFirstInstant() throws SQLException {
        UUID there = inMadrid("2026-03-28T22:59:59.999999Z", "2026-03-28T23:00:00Z", "2026-03-29T21:59:59Z");

        Map<String, @Nullable Object> row =
                refreshed(Instant.parse("2026-03-29T21:59:59Z")).of(there);

        assertEquals("2026-03-28T23:00:00Z", row.get("metrics_period_start"));
        assertEquals("2", row.get("total_messages_received"));
        // 22 h 59 min 59 s
        assertEquals("1380", row.get("total_chat_minutes"));
    }

    @Test
    void dayOfTwentyFiveHoursBeginsAtItsFirstInstant() throws SQLException {
        UUID there = inMadrid("2026-10-24T21:59:59.999999Z", "2026-10-24T22:00:00Z", "2026-10-25T22:59:59Z");

        Map<String, @Nullable Object> row =
                refreshed(Instant.parse("2026-10-25T22:59:59Z")).of(there);

        assertEquals("2026-10-24T22:00:00Z", row.get("metrics_period_start"));
        assertEquals("2", row.get("total_messages_received"));
    }

    /** Havana's clocks jump from 0:00 to 1:00. */
    @Test
    void dayWithoutMidnightBeginsAtOne() throws SQLException {
        int havana = crm.tenant(2, "America/Havana");
        UUID there = crm.user(havana, "closer");

        assertEquals(
                "2026-03-08T05:00:00Z",
                refreshed(Instant.parse("2026-03-08T18:00:00Z")).of(there).get("metrics_period_start"));
    }

    /**
     * In this night the clocks of Newfoundland went back from 0:01 to 23:01 of the day before. The new day had begun at
     * its first midnight, so what came after it is not in the day that the clock shows again.
     */
    @Test
    void dayEndsAtTheFirstMidnightWhenTheClockShowsTheDayAgain() throws SQLException {
        int newfoundland = crm.tenant(2, "America/St_Johns");
        UUID there = crm.user(newfoundland, "closer");
        crm.assign(newfoundland, "+1", there, "2010-11-07T02:29:59.999999Z");
        crm.assign(newfoundland, "+2", there, "2010-11-07T02:30:00Z");
        crm.message(newfoundland, "+1", "user", "2010-11-07T02:09:59.999999Z");
        crm.message(newfoundland, "+1", "user", "2010-11-07T02:29:59.999999Z");
        crm.message(newfoundland, "+1", "assistant", "2010-11-07T02:30:00Z");
        crm.message(newfoundland, "+2", "user", "2010-11-07T02:30:00Z");
        crm.assign(newfoundland, "+3", there, "2010-11-07T02:00:00Z");
        crm.assign(newfoundland, "+3", there, "2010-11-07T02:30:00Z");
        crm.message(newfoundland, "+3", "user", "2010-11-07T02:01:00Z");
        crm.message(newfoundland, "+3", "assistant", "2010-11-07T02:02:00Z");
        crm.message(newfoundland, "+3", "user", "2010-11-07T02:30:00Z");
        crm.message(newfoundland, "+3", "assistant", "2010-11-07T02:40:00Z");

        Map<String, @Nullable Object> row =
                refreshed(Instant.parse("2010-11-07T03:00:00Z")).of(there);

        assertEquals("2010-11-06T02:30:00Z", row.get("metrics_period_start"));
        assertEquals("3", row.get("total_conversations"));
        assertEquals("1", row.get("conversations_assigned_today"));
        assertEquals("1", row.get("total_messages_sent"));
        assertEquals("3", row.get("total_messages_received"));
        assertEquals("60", row.get("avg_response_time_seconds"));
        assertEquals("21", row.get("total_chat_minutes"));
        assertEquals("11", row.get("avg_session_duration_minutes"));
    }

    private UUID inMadrid(String... userMessages) {
        int madrid = crm.tenant(2, "Europe/Madrid");
        UUID there = crm.user(madrid, "closer");
        crm.assign(madrid, "+1", there, "2026-01-01T00:00:00Z");
        for (String at : userMessages) {
            crm.message(madrid, "+1", "user", at);
        }
        return there;
    }
}
