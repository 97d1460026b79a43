package io.crmventas.tasks.runner.task.notifications;

import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.NOW;
import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.TENANT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.runner.task.notifications.CheckedCrm.Told;
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
        at.fill().metrics(seller, MIDNIGHT, NOW, responseSeconds, rate, leads, active);
        return at.run().ids();
    }

    @Test
    void tellsTheSellerEachKindAndTheCeosTheCriticalOne() throws SQLException {
        at.fill().metrics(seller, MIDNIGHT, NOW, 3_601, "9.99", 5, 2);
        List<Told> told = at.run().told();
        assertEquals(
                List.of(
                        id(seller, "active_conversations", seller),
                        id(seller, "conversion_rate", seller),
                        id(seller, "response_time", seller),
                        id(seller, "response_time_critical", ceo)),
                told.stream().map(Told::id).toList());

        Told rate = told.get(1);
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

        Told critical = told.get(3);
        assertEquals("critical", critical.priority());
        assertEquals(seller, critical.sender());
        assertNull(critical.expiresAt());
        assertEquals(
                CheckedCrm.json(
                        "{\"kind\":\"response_time_critical\",\"seller_id\":\"%s\",\"value\":3601,\"threshold\":3600}"
                                .formatted(seller)),
                critical.metadata());
        assertEquals(4, at.count(Counts.PERFORMANCE));
    }

    @Test
    void toleratesExactlyTheLimits() throws SQLException {
        assertEquals(List.of(), alerts(1_800, "10.00", 5, 3));
    }

    @Test
    void tellsOnlyTheSellerBetweenTheTwoLimits() throws SQLException {
        assertEquals(List.of(id(seller, "response_time", seller)), alerts(3_600, "1.00", 4, 3));
        assertEquals(1_801, 1 + at.only().metadata().get("threshold").intValue());
    }

    @Test
    void alertsNothingOnNull() throws SQLException {
        assertEquals(List.of(), alerts(null, null, 9, null));
    }

    @Test
    void judgesOnlyTheRowOfTheLocalDayCalculatedLately() throws SQLException {
        at.fill();
        at.metrics(seller, MIDNIGHT.minusSeconds(1), NOW, 9_000, null, 0, 9);
        at.metrics(ceo, MIDNIGHT, NOW.minus(Duration.ofHours(2)).minusNanos(1_000), 9_000, null, 0, 9);
        assertEquals(List.of(), at.run().ids());
    }

    @Test
    void acceptsMetricsOfExactlyTwoHours() throws SQLException {
        at.fill().metrics(seller, MIDNIGHT, NOW.minus(Duration.ofHours(2)), 1_801, null, 0, 9);
        assertEquals(id(seller, "response_time", seller), at.run().only().id());
    }

    @Test
    void ignoresMetricsOfTheFuture() throws SQLException {
        at.fill().metrics(seller, MIDNIGHT, NOW.plusNanos(1_000), 1_801, null, 0, 9);
        assertEquals(List.of(), at.run().ids());
    }

    @Test
    void looksAtActiveConversationsFromNoonOn() throws SQLException {
        at.now = NOW.minusNanos(1_000);
        at.fill().metrics(seller, MIDNIGHT, at.now, null, null, 0, 0);
        assertEquals(List.of(), at.run().ids());
        at.now = NOW;
        assertEquals(id(seller, "active_conversations", seller), at.run().only().id());
    }

    @Test
    void asksNoCeoForConversations() throws SQLException {
        at.fill().metrics(ceo, MIDNIGHT, NOW, 1_801, null, 0, 0);
        assertEquals(id(ceo, "response_time", ceo), at.run().only().id());
    }

    @Test
    void skipsWhoIsNoLongerASeller() throws SQLException {
        UUID gone = at.crm.user(TENANT, "closer", "suspended");
        UUID secretary = at.crm.user(TENANT, "secretary");
        at.fill();
        at.metrics(gone, MIDNIGHT, NOW, 9_000, "0.00", 9, 0);
        at.metrics(secretary, MIDNIGHT, NOW, 9_000, "0.00", 9, 0);
        assertEquals(List.of(), at.run().ids());
    }

    /** Clocks in Santiago jumped from 0:00 to 1:00 on that day: it began at 1:00 and its noon came an hour early. */
    @Test
    void knowsALocalDayThatBeginsAtOne() throws SQLException {
        at.crm.tenants.clear();
        at.crm.tenant(TENANT, "America/Santiago");
        Instant start = Instant.parse("2026-09-06T04:00:00Z");
        at.now = Instant.parse("2026-09-06T15:00:00Z").minusNanos(1_000);
        at.fill().metrics(seller, start, at.now, 1_801, null, 0, 0);
        String day = "performance:" + seller + ":20260906:";
        assertEquals(List.of(day + "response_time:" + seller), at.run().ids());
        at.now = at.now.plusNanos(1_000);
        assertEquals(
                List.of(day + "active_conversations:" + seller, day + "response_time:" + seller),
                at.run().ids());
    }
}
