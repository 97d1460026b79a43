package io.crmventas.tasks.runner.task.notifications;

import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.NOW;
import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.TENANT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.runner.task.model.CrmDatabase;
import io.crmventas.tasks.runner.task.notifications.CheckedCrm.StoredNotification;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PerformanceCheckIT extends CheckScenario {
    private static final Instant MIDNIGHT = Instant.parse("2026-03-10T00:00:00Z");

    private String id(UUID about, String kind, UUID recipient) {
        return "performance:" + about + ":20260310:" + kind + ":" + recipient;
    }

    private List<String> alerts(Integer responseSeconds, String rate, int leads, Integer active) throws SQLException {
        checked.fill().metrics(seller, MIDNIGHT, NOW, responseSeconds, rate, leads, active);
        return checked.run().ids();
    }

    @Test
    void notifiesTheSellerOfEachKindAndTheCeosOfTheCriticalOne() throws SQLException {
        checked.fill().metrics(seller, MIDNIGHT, NOW, 3_601, "9.99", 5, 2);
        List<StoredNotification> notifications = checked.run().notifications();
        assertEquals(
                List.of(
                        id(seller, "active_conversations", seller),
                        id(seller, "conversion_rate", seller),
                        id(seller, "response_time", seller),
                        id(seller, "response_time_critical", ceo)),
                notifications.stream().map(StoredNotification::id).toList());

        StoredNotification rate = notifications.get(1);
        assertEquals("metric_alert", rate.type());
        assertEquals("medium", rate.priority());
        assertNull(rate.sender());
        assertNull(rate.relatedType());
        assertNull(rate.relatedId());
        assertEquals(NOW.plus(Duration.ofDays(7)), rate.expiresAt());
        assertEquals(
                CheckedCrm.json("{\"kind\":\"conversion_rate\",\"seller_id\":\"%s\",\"value\":9.99,\"threshold\":10}"
                        .formatted(seller)),
                rate.metadata());
        assertEquals("Tasa de conversión baja: 9,99 %", rate.title());

        StoredNotification critical = notifications.get(3);
        assertEquals("critical", critical.priority());
        assertEquals(seller, critical.sender());
        assertNull(critical.expiresAt());
        assertEquals(
                CheckedCrm.json(
                        "{\"kind\":\"response_time_critical\",\"seller_id\":\"%s\",\"value\":3601,\"threshold\":3600}"
                                .formatted(seller)),
                critical.metadata());
        assertEquals(4, checked.count(Counts.PERFORMANCE));
    }

    @Test
    void figuresAtTheLimitsCauseNoAlert() throws SQLException {
        assertEquals(List.of(), alerts(1_800, "10.00", 5, 3));
    }

    @Test
    void notifiesOnlyTheSellerBetweenTheTwoLimits() throws SQLException {
        assertEquals(List.of(id(seller, "response_time", seller)), alerts(3_600, "1.00", 4, 3));
        assertEquals(
                1_801,
                1 + checked.onlyNotification().metadata().get("threshold").intValue());
    }

    @Test
    void nullFiguresCauseNoAlert() throws SQLException {
        assertEquals(List.of(), alerts(null, null, 9, null));
    }

    @Test
    void usesOnlyRecentMetricsOfTheLocalDayAndTheTenant() throws SQLException {
        int formerTenant = checked.crm.tenant(8, "UTC");
        checked.fill().metrics(seller, MIDNIGHT, NOW, 9_000, null, 0, 9);
        CrmDatabase.execute(connection, "update seller_metrics set tenant_id = " + formerTenant);
        checked.metrics(seller, MIDNIGHT.minusSeconds(1), NOW, 9_000, null, 0, 9);
        checked.metrics(ceo, MIDNIGHT, NOW.minus(Duration.ofHours(2)).minusNanos(1_000), 9_000, null, 0, 9);
        assertEquals(List.of(), checked.run().ids());
    }

    @Test
    void acceptsMetricsOfExactlyTwoHours() throws SQLException {
        checked.fill().metrics(seller, MIDNIGHT, NOW.minus(Duration.ofHours(2)), 1_801, null, 0, 9);
        assertEquals(
                id(seller, "response_time", seller),
                checked.run().onlyNotification().id());
    }

    @Test
    void ignoresMetricsOfTheFuture() throws SQLException {
        checked.fill().metrics(seller, MIDNIGHT, NOW.plusNanos(1_000), 1_801, null, 0, 9);
        assertEquals(List.of(), checked.run().ids());
    }

    @Test
    void checksActiveConversationsFromNoonOn() throws SQLException {
        checked.now = NOW.minusNanos(1_000);
        checked.fill().metrics(seller, MIDNIGHT, checked.now, null, null, 0, 0);
        assertEquals(List.of(), checked.run().ids());
        checked.now = NOW;
        assertEquals(
                id(seller, "active_conversations", seller),
                checked.run().onlyNotification().id());
    }

    @Test
    void ceoGetsNoAlertAboutConversations() throws SQLException {
        checked.fill().metrics(ceo, MIDNIGHT, NOW, 1_801, null, 0, 0);
        assertEquals(
                id(ceo, "response_time", ceo), checked.run().onlyNotification().id());
    }

    @Test
    void ignoresUsersWhoAreNoSellers() throws SQLException {
        UUID suspended = checked.crm.user(TENANT, "closer", "suspended");
        UUID secretary = checked.crm.user(TENANT, "secretary");
        checked.fill();
        checked.metrics(suspended, MIDNIGHT, NOW, 9_000, "0.00", 9, 0);
        checked.metrics(secretary, MIDNIGHT, NOW, 9_000, "0.00", 9, 0);
        assertEquals(List.of(), checked.run().ids());
    }

    /** Santiago's clocks skip from 0:00 to 1:00 on that day. It begins at 1:00, and its noon comes an hour early. */
    @Test
    void usesALocalDayThatBeginsAtOne() throws SQLException {
        checked.crm.tenants.clear();
        checked.crm.tenant(TENANT, "America/Santiago");
        Instant start = Instant.parse("2026-09-06T04:00:00Z");
        checked.now = Instant.parse("2026-09-06T15:00:00Z").minusNanos(1_000);
        checked.fill().metrics(seller, start, checked.now, 1_801, null, 0, 0);
        String day = "performance:" + seller + ":20260906:";
        assertEquals(List.of(day + "response_time:" + seller), checked.run().ids());
        checked.now = checked.now.plusNanos(1_000);
        assertEquals(
                List.of(day + "active_conversations:" + seller, day + "response_time:" + seller),
                checked.run().ids());
    }
}
