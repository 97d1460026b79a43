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
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Each rule of the metrics, on a small database. The tenant's zone is UTC. */
class MetricsRefreshIT {
    private static final Instant NOW = Instant.parse("2026-06-10T12:00:00Z");
    private static final MetricsRefresh TASK = new MetricsRefresh(Duration.ofDays(30));

    @SuppressWarnings("NullAway.Init")
    private static Connection connection;

    private final Crm crm = new Crm();
    private final int tenant = crm.tenant(1, "UTC");
    private final UUID seller = crm.user(tenant, "closer");

    @BeforeAll
    static void createDatabase() throws SQLException {
        connection = CrmDatabase.create(MetricsRefreshIT.class, CrmSchema.REFERENCE);
    }

    @AfterAll
    static void close() throws SQLException {
        connection.close();
    }

    private MetricsRows refreshed() throws SQLException {
        CrmDatabase.fill(connection, crm);
        TaskTrial.run(TASK, connection, NOW);
        return MetricsRows.read(connection);
    }

    private Map<String, @Nullable Object> row() throws SQLException {
        return refreshed().of(seller);
    }

    @Test
    void measuresExactlyTheActiveSellersOfATenant() throws SQLException {
        UUID ceo = crm.user(tenant, "ceo");
        UUID setter = crm.user(tenant, "setter");
        UUID professional = crm.user(tenant, "professional");
        crm.user(tenant, "secretary");
        crm.user(tenant, "closer", "suspended");
        crm.user(tenant, "closer", "pending");
        crm.user(null, "ceo");

        assertEquals(
                List.of(seller, ceo, setter, professional).stream()
                        .map(UUID::toString)
                        .toList(),
                refreshed().rows().stream().map(row -> row.get("seller_id")).toList());
    }

    @Test
    void sellerWithoutActivityHasZerosAndNullAverages() throws SQLException {
        Map<String, @Nullable Object> row = row();

        for (String zero : List.of(
                "total_conversations",
                "active_conversations",
                "conversations_assigned_today",
                "total_messages_sent",
                "total_messages_received",
                "leads_assigned",
                "leads_converted",
                "prospects_generated",
                "prospects_converted",
                "total_chat_minutes")) {
            assertEquals("0", row.get(zero), zero);
        }
        for (String unknown : List.of(
                "avg_response_time_seconds", "conversion_rate", "avg_session_duration_minutes", "last_activity_at")) {
            assertNull(row.get(unknown), unknown);
        }
        assertEquals("2026-06-10T00:00:00Z", row.get("metrics_period_start"));
        assertEquals("2026-06-10T12:00:00Z", row.get("metrics_period_end"));
        assertEquals("2026-06-10T12:00:00Z", row.get("metrics_calculated_at"));
    }

    @Test
    void warnsOfNoMissingTableThatItDoesNotRead() throws SQLException {
        assertEquals(List.of(), TaskTrial.run(TASK, connection, NOW).warnings());
    }

    @Test
    void wholeConversationBelongsToItsCurrentSeller() throws SQLException {
        UUID previous = crm.user(tenant, "setter");
        crm.assign(tenant, "+1", previous, "2026-06-10T08:00:00Z");
        crm.message(tenant, "+1", "user", "2026-06-10T08:01:00Z");
        crm.message(tenant, "+1", "assistant", "2026-06-10T08:02:00Z");
        crm.assign(tenant, "+1", seller, "2026-06-10T09:00:00Z");

        MetricsRows rows = refreshed();

        assertEquals("1", rows.of(seller).get("total_messages_sent"));
        assertEquals("0", rows.of(previous).get("total_messages_sent"));
        assertEquals("0", rows.of(previous).get("total_conversations"));
    }

    @Test
    void assignmentOlderThanEveryWindowStillApplies() throws SQLException {
        crm.assign(tenant, "+1", seller, "2025-01-01T00:00:00Z");
        crm.message(tenant, "+1", "user", "2026-06-10T08:00:00Z");

        assertEquals("1", row().get("total_messages_received"));
        assertEquals("0", row().get("conversations_assigned_today"));
    }

    @Test
    void newestAssignmentIsDecidedByCreatedAtThenId() throws SQLException {
        UUID other = crm.user(tenant, "setter");
        Instant at = Instant.parse("2026-06-10T08:00:00Z");
        crm.message(tenant, "+1", "user", at, other, NOW);
        crm.message(tenant, "+1", "tool", at, seller, at);
        crm.message(tenant, "+1", "system", at.minusSeconds(1), other, NOW);

        assertEquals("1", row().get("total_conversations"));
    }

    @Test
    void assignmentAfterNowDoesNotApply() throws SQLException {
        crm.message(tenant, "+1", "user", "2026-06-10T08:00:00Z");
        crm.message(tenant, "+1", "user", NOW.plusNanos(1_000), seller, NOW);

        assertEquals("0", row().get("total_conversations"));
    }

    @Test
    void conversationsAndLeadsOfAnotherTenantDoNotCount() throws SQLException {
        int other = crm.tenant(2, "UTC");
        UUID colleague = crm.user(other, "closer");
        crm.assign(other, "+1", seller, "2026-06-10T08:00:00Z");
        crm.message(other, "+1", "user", "2026-06-10T08:00:01Z");
        crm.lead(other, "won", seller, "2026-06-09T00:00:00Z");

        MetricsRows rows = refreshed();

        for (UUID one : List.of(seller, colleague)) {
            assertEquals("0", rows.of(one).get("total_conversations"));
            assertEquals("0", rows.of(one).get("leads_assigned"));
        }
    }

    @Test
    void phoneNumbersAreComparedByteForByte() throws SQLException {
        crm.assign(tenant, "+1", seller, "2026-06-10T08:00:00Z");
        crm.message(tenant, "+1", "user", "2026-06-10T08:00:00Z");
        crm.message(tenant, "+1 ", "user", "2026-06-10T08:00:00Z");
        crm.message(tenant, " +1", "user", "2026-06-10T08:00:00Z");

        assertEquals("1", row().get("total_messages_received"));
    }

    @Test
    void windowsIncludeBothEnds() throws SQLException {
        addConversation("+1", "assistant", "2026-05-11T12:00:00Z");
        addConversation("+2", "assistant", "2026-05-11T11:59:59.999999Z");
        addConversation("+3", "user", "2026-06-09T12:00:00Z");
        addConversation("+4", "user", "2026-06-09T11:59:59.999999Z");
        addConversation("+5", "user", "2026-06-10T12:00:00Z");
        addConversation("+6", "user", "2026-06-10T12:00:00.000001Z");

        assertEquals("4", row().get("total_conversations"));
        assertEquals("2", row().get("active_conversations"));
        assertEquals("2026-05-11T12:00:00Z", row().get("last_activity_at"));
    }

    @Test
    void onlyUserAndAssistantRowsWithATimeAreMessages() throws SQLException {
        addConversation("+1", "system", "2026-06-10T08:00:00Z");
        addConversation("+1", "tool", "2026-06-10T08:00:00Z");
        crm.message(tenant, "+1", "user", (String) null);

        assertEquals("0", row().get("total_conversations"));
        assertEquals("0", row().get("total_messages_received"));
    }

    @Test
    void conversationsAssignedTodayUseTheGreatestAssignedAt() throws SQLException {
        Instant today = Instant.parse("2026-06-10T00:00:00Z");
        Instant old = Instant.parse("2026-01-01T00:00:00Z");
        // Counts: it has no message and is assigned at the first instant of the day.
        crm.message(tenant, "+1", "system", old, seller, today);
        // Does not count: it is assigned in the last microsecond of yesterday.
        crm.message(tenant, "+2", "user", old, seller, today.minusNanos(1_000));
        // Does not count: assigned_at is after now. The row still assigns the seller.
        crm.message(tenant, "+3", "user", old, seller, NOW.plusNanos(1_000));
        // Counts: a row without seller has an assigned_at of today.
        crm.message(tenant, "+4", "user", old, seller, old);
        crm.message(tenant, "+4", "tool", old, null, NOW);

        assertEquals("2", row().get("conversations_assigned_today"));
    }

    private void addConversation(String from, String role, String at) {
        crm.assign(tenant, from, seller, "2026-01-01T00:00:00Z");
        crm.message(tenant, from, role, at);
    }
}
