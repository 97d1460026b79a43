package io.crmventas.tasks.runner.task.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.crmventas.tasks.demo.CrmSchema;
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

/** The figures of response times, sessions and leads. The tenant's zone is UTC, and now is noon of 10 June. */
class AnswersAndLeadsIT {
    private static final Instant NOW = Instant.parse("2026-06-10T12:00:00Z");

    @SuppressWarnings("NullAway.Init")
    private static Connection connection;

    private final Crm crm = new Crm();
    private final int tenant = crm.tenant(1, "UTC");
    private final UUID seller = crm.user(tenant, "closer");

    @BeforeAll
    static void createDatabase() throws SQLException {
        connection = CrmDatabase.create(AnswersAndLeadsIT.class, CrmSchema.REFERENCE);
    }

    @AfterAll
    static void close() throws SQLException {
        connection.close();
    }

    private Map<String, @Nullable Object> row() throws SQLException {
        return row(Duration.ofDays(30));
    }

    private Map<String, @Nullable Object> row(Duration window) throws SQLException {
        CrmDatabase.fill(connection, crm);
        TaskTrial.run(new MetricsRefresh(window), connection, NOW);
        return MetricsRows.read(connection).of(seller);
    }

    private @Nullable Object responseTime() throws SQLException {
        return row().get("avg_response_time_seconds");
    }

    @Test
    void responseTimeRunsFromTheFirstUserMessageToTheFirstAnswer() throws SQLException {
        crm.talk(
                tenant,
                "+1",
                seller,
                "user 2026-06-10T08:00:00Z",
                "user 2026-06-10T08:01:00Z",
                "assistant 2026-06-10T08:02:00Z",
                "assistant 2026-06-10T08:30:00Z",
                "user 2026-06-10T09:00:00Z");

        assertEquals("120", responseTime());
    }

    @Test
    void toolAndSystemRowsNeitherAnswerNorInterrupt() throws SQLException {
        crm.talk(
                tenant,
                "+1",
                seller,
                "user 2026-06-10T08:00:00Z",
                "tool 2026-06-10T08:00:10Z",
                "system 2026-06-10T08:00:20Z",
                "assistant 2026-06-10T08:01:00Z");

        assertEquals("60", responseTime());
    }

    @Test
    void responseTimeMayStartBeforeMidnight() throws SQLException {
        crm.talk(tenant, "+1", seller, "user 2026-06-09T23:59:00Z", "assistant 2026-06-10T00:00:00Z");
        crm.talk(tenant, "+2", seller, "user 2026-06-09T23:50:00Z", "assistant 2026-06-09T23:59:59.999999Z");

        assertEquals("60", responseTime());
    }

    @Test
    void messagesOlderThanTheWindowAreIgnored() throws SQLException {
        crm.talk(
                tenant,
                "+1",
                seller,
                "user 2026-06-08T11:59:59.999999Z",
                "user 2026-06-08T12:00:00Z",
                "assistant 2026-06-10T12:00:00Z");
        crm.talk(tenant, "+2", seller, "user 2026-06-08T11:59:59.999999Z", "assistant 2026-06-10T12:00:00Z");

        assertEquals("172800", row(Duration.ofDays(2)).get("avg_response_time_seconds"));
    }

    @Test
    void idDecidesTheOrderAtOneInstant() throws SQLException {
        crm.talk(tenant, "+1", seller, "user 2026-06-10T08:00:00Z", "assistant 2026-06-10T08:00:00Z");
        crm.talk(tenant, "+2", seller, "assistant 2026-06-10T08:00:00Z", "user 2026-06-10T08:00:00Z");

        assertEquals("0", responseTime());
    }

    @Test
    void averageOverAllAnswersIsRoundedOnceAndHalfUp() throws SQLException {
        crm.talk(
                tenant,
                "+1",
                seller,
                "user 2026-06-10T08:00:00Z",
                "assistant 2026-06-10T08:00:01Z",
                "user 2026-06-10T09:00:00Z",
                "assistant 2026-06-10T09:00:02Z");
        crm.talk(tenant, "+2", seller, "user 2026-06-10T08:00:00Z", "assistant 2026-06-10T08:00:04.5Z");

        // (1 + 2 + 4.5) / 3 = 2.5
        assertEquals("3", responseTime());
    }

    @Test
    void oneMicrosecondBelowTheHalfIsRoundedDown() throws SQLException {
        crm.talk(tenant, "+1", seller, "user 2026-06-10T08:00:00Z", "assistant 2026-06-10T08:00:02.499999Z");

        assertEquals("2", responseTime());
    }

    @Test
    void chatMinutesAreRoundedOnceAtTheEnd() throws SQLException {
        crm.talk(tenant, "+1", seller, "user 2026-06-10T08:00:00Z", "assistant 2026-06-10T08:00:30Z");
        crm.talk(tenant, "+2", seller, "user 2026-06-10T08:00:00Z", "user 2026-06-10T08:00:29Z");
        crm.talk(tenant, "+3", seller, "user 2026-06-10T08:00:00Z", "user 2026-06-10T08:00:31Z");

        // 30 s + 29 s + 31 s = 1.5 min; an average of half a minute
        assertEquals("2", row().get("total_chat_minutes"));
        assertEquals("1", row().get("avg_session_duration_minutes"));
    }

    @Test
    void sessionNeedsTwoMessagesOfTheDayAndMayLastZeroSeconds() throws SQLException {
        crm.talk(tenant, "+1", seller, "user 2026-06-10T08:00:00Z", "user 2026-06-10T08:00:00Z");
        crm.talk(tenant, "+2", seller, "user 2026-06-10T08:00:00Z", "assistant 2026-06-10T08:02:00Z");
        crm.talk(tenant, "+3", seller, "user 2026-06-10T08:00:00Z");
        crm.talk(tenant, "+4", seller, "user 2026-06-09T08:00:00Z", "user 2026-06-10T08:00:00Z");

        assertEquals("2", row().get("total_chat_minutes"));
        assertEquals("1", row().get("avg_session_duration_minutes"));
    }

    @Test
    void singleMessageIsNoSession() throws SQLException {
        crm.talk(tenant, "+1", seller, "user 2026-06-10T08:00:00Z");

        assertEquals("0", row().get("total_chat_minutes"));
        assertNull(row().get("avg_session_duration_minutes"));
    }

    @Test
    void leadsAreWonInBothLanguagesAndAnyCase() throws SQLException {
        for (String won : new String[] {"won", "Closed_Won", "CERRADO_GANADO", "converted", "CLIENT"}) {
            crm.lead(tenant, won, seller, "2026-06-01T00:00:00Z");
        }
        // A final status of the tenant's own is closed, but not won; nothing is trimmed.
        crm.finalStatuses.add(new Crm.FinalStatus(tenant, "firmado"));
        for (String other : new String[] {"firmado", " won", "lost", "ganado", "cliente", "new"}) {
            crm.lead(tenant, other, seller, "2026-06-01T00:00:00Z");
        }
        crm.lead(tenant, null, seller, "2026-06-01T00:00:00Z");

        assertEquals("12", row().get("leads_assigned"));
        assertEquals("5", row().get("leads_converted"));
        assertEquals("41.67", row().get("conversion_rate"));
    }

    @Test
    void conversionRateIsRoundedHalfUpAtTheThirdDecimal() throws SQLException {
        crm.lead(tenant, "won", seller, "2026-06-01T00:00:00Z");
        for (int i = 1; i < 160; i++) {
            crm.lead(tenant, "new", seller, "2026-06-01T00:00:00Z");
        }

        // 100 / 160 = 0.625
        assertEquals("0.63", row().get("conversion_rate"));
    }

    @Test
    void leadsCountFromTheWindowsStartUpToNow() throws SQLException {
        crm.lead(tenant, "won", seller, "2026-05-11T12:00:00Z");
        crm.lead(tenant, "won", seller, "2026-05-11T11:59:59.999999Z");
        crm.lead(tenant, "new", seller, "2026-06-10T12:00:00Z");
        crm.lead(tenant, "new", seller, "2026-06-10T12:00:00.000001Z");
        crm.lead(tenant, "new", seller, null);
        crm.lead(tenant, "new", null, "2026-06-10T12:00:00Z");

        assertEquals("2", row().get("leads_assigned"));
        assertEquals("50", row().get("conversion_rate"));
    }

    @Test
    void prospectsAreLeadsWithExactlyTheSourceProspecting() throws SQLException {
        prospect("PROSPECTING", "won");
        prospect("PROSPECTING", "new");
        prospect("prospecting", "won");
        prospect("PROSPECTING ", "won");
        prospect(null, "won");

        assertEquals("2", row().get("prospects_generated"));
        assertEquals("1", row().get("prospects_converted"));
    }

    private void prospect(@Nullable String source, String status) {
        Crm.Lead draft = crm.draft(tenant, status, seller, NOW);
        crm.lead(new Crm.Lead(
                draft.id(), tenant, draft.phone(), status, source, seller, NOW, null, null, null, null, null));
    }
}
