package io.crmventas.tasks.runner.task.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.runner.task.model.Crm;
import io.crmventas.tasks.runner.task.model.CrmDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The team in a report. The tenant's zone is UTC, today is 10 June, and the report is about 9 June. */
class TeamFiguresIT {
    private static final Instant NOW = Instant.parse("2026-06-10T08:00:00Z");
    private static final int TENANT = 1;

    @SuppressWarnings("NullAway.Init")
    private static Connection connection;

    @SuppressWarnings("NullAway.Init")
    private ReportTrial trial;

    @SuppressWarnings("NullAway.Init")
    private Crm crm;

    @SuppressWarnings("NullAway.Init")
    private UUID ceo;

    @BeforeAll
    static void createDatabase() throws SQLException {
        connection = CrmDatabase.create(TeamFiguresIT.class, CrmSchema.REFERENCE);
    }

    @AfterAll
    static void close() throws SQLException {
        connection.close();
    }

    @BeforeEach
    void begin() {
        trial = new ReportTrial(connection);
        crm = trial.crm;
        crm.tenant(TENANT, "UTC");
        ceo = crm.user(TENANT, "ceo");
    }

    private Map<String, @Nullable Object> report() throws SQLException {
        return trial.report(NOW, TENANT, "20260609", ceo);
    }

    @Test
    void reportCountsEveryConversationAndASellerOnlyAssignedOnes() throws SQLException {
        UUID seller = crm.user(TENANT, "closer");
        UUID former = crm.user(TENANT, "closer", "suspended");
        crm.talk(TENANT, "+1", seller, "user 2026-06-09T10:00:00Z", "assistant 2026-06-09T10:01:00Z");
        crm.talk(TENANT, "+2", former, "user 2026-06-09T10:00:00Z", "assistant 2026-06-09T10:02:00Z");
        crm.talk(TENANT, "+3", null, "user 2026-06-09T10:00:00Z", "assistant 2026-06-09T10:02:01Z");

        Map<String, @Nullable Object> report = report();

        assertEquals("3", report.get("active_conversations"));
        assertEquals("3", report.get("messages_in"));
        assertEquals("3", report.get("messages_out"));
        // (60 + 120 + 121) / 3 = 100.33
        assertEquals("100", report.get("avg_response_time_seconds"));
        assertEquals(
                List.of(member(ceo, "0", "0", null, "0", "0", null), member(seller, "1", "1", "60", "0", "0", null)),
                report.get("team"));
    }

    @Test
    void teamCountsLeadsOfTheThirtyDaysUpToTheEndOfTheDay() throws SQLException {
        UUID seller = crm.user(TENANT, "closer");
        crm.lead(TENANT, "won", seller, "2026-05-11T00:00:00Z");
        crm.lead(TENANT, "new", seller, "2026-06-09T23:59:59.999999Z");
        crm.lead(TENANT, "new", seller, "2026-05-20T00:00:00Z");
        crm.lead(TENANT, "won", seller, "2026-05-10T23:59:59.999999Z");
        crm.lead(TENANT, "won", seller, "2026-06-10T00:00:00Z");
        crm.lead(TENANT, "won", seller, null);

        assertEquals(
                List.of(member(ceo, "0", "0", null, "0", "0", null), member(seller, "0", "0", null, "3", "1", "33.33")),
                report().get("team"));
        assertEquals(seller.toString(), report().get("best_seller_id"));
    }

    @Test
    void bestSellerIsDecidedByConversionsThenRateThenMessagesThenId() throws SQLException {
        UUID first = crm.user(TENANT, "closer");
        UUID second = crm.user(TENANT, "closer");
        won(first, 2, 3);
        won(second, 1, 1);
        assertEquals(first.toString(), report().get("best_seller_id"));

        // 2 of 2 is a better rate than 2 of 3, and more messages do not outweigh a rate
        won(second, 1, 0);
        crm.talk(TENANT, "+1", first, "assistant 2026-06-09T10:00:00Z");
        assertEquals(second.toString(), report().get("best_seller_id"));

        // 2 of 3 each
        won(second, 0, 1);
        assertEquals(first.toString(), report().get("best_seller_id"));

        crm.talk(TENANT, "+2", second, "assistant 2026-06-09T10:00:00Z", "assistant 2026-06-09T10:00:00Z");
        assertEquals(second.toString(), report().get("best_seller_id"));

        crm.talk(TENANT, "+1", first, "assistant 2026-06-09T10:00:00Z");
        assertEquals(first.toString(), report().get("best_seller_id"));
    }

    /** @param assigned how many leads the seller gets, at least {@code won} of them */
    private void won(UUID seller, int won, int assigned) {
        for (int i = 0; i < Math.max(won, assigned); i++) {
            crm.lead(TENANT, i < won ? "won" : "new", seller, "2026-06-01T00:00:00Z");
        }
    }

    private static Map<String, @Nullable Object> member(
            UUID seller,
            String conversations,
            String sent,
            @Nullable String responseTime,
            String assigned,
            String converted,
            @Nullable String rate) {
        return StoredReports.plain(StoredReports.parse(
                """
                {"seller_id": "%s", "conversations": %s, "messages_sent": %s, "avg_response_time_seconds": %s,
                 "leads_assigned": %s, "leads_converted": %s, "conversion_rate": %s}""".formatted(seller, conversations, sent, responseTime, assigned, converted, rate)));
    }
}
