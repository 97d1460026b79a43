package io.crmventas.tasks.runner.task.notifications;

import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.NOW;
import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.PHONE;
import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.TENANT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.runner.task.notifications.CheckedCrm.StoredNotification;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UnansweredCheckIT extends CheckScenario {
    @BeforeEach
    void assignConversationToSeller() {
        checked.crm.assign(TENANT, PHONE, seller, "2025-01-01T00:00:00Z");
    }

    @Test
    void messageOlderThanAnHourNotifiesTheSeller() throws SQLException {
        long first = checked.user(PHONE, checked.ago("PT1H30M"));
        checked.user(PHONE, checked.ago("PT5M"));
        StoredNotification notification = checked.fill().run().onlyNotification();

        assertEquals("unanswered:" + first + ":high:" + seller, notification.id());
        assertEquals(TENANT, notification.tenantId());
        assertEquals("unanswered", notification.type());
        assertEquals("high", notification.priority());
        assertEquals(seller, notification.recipient());
        assertNull(notification.sender());
        assertEquals("conversation", notification.relatedType());
        assertEquals(PHONE, notification.relatedId());
        assertEquals(
                CheckedCrm.json(
                        "{\"phone\":\"%s\",\"message_id\":%d,\"seller_id\":\"%s\",\"lead_id\":null,\"minutes_waited\":90}"
                                .formatted(PHONE, first, seller)),
                notification.metadata());
        assertEquals(false, notification.read());
        assertEquals(NOW, notification.createdAt());
        assertNull(notification.expiresAt());
        assertEquals(PHONE + " espera respuesta desde hace 1 h 30 min", notification.title());
        assertEquals(1, checked.count(Counts.UNANSWERED));
        assertEquals(0, checked.count(Counts.UNANSWERED_CUT));
    }

    @Test
    void messageOfExactlyAnHourNotifiesNoUser() throws SQLException {
        checked.user(PHONE, checked.ago("PT1H"));
        assertEquals(List.of(), checked.fill().run().ids());
    }

    @Test
    void notifiesOneMicrosecondAfterTheHour() throws SQLException {
        checked.user(PHONE, checked.ago("PT1H", 1));
        assertEquals(
                60,
                checked.fill()
                        .run()
                        .onlyNotification()
                        .metadata()
                        .get("minutes_waited")
                        .intValue());
    }

    @Test
    void messageOfExactlyFourHoursDoesNotEscalate() throws SQLException {
        checked.user(PHONE, checked.ago("PT4H"));
        assertEquals("high", checked.fill().run().onlyNotification().priority());
    }

    @Test
    void escalatesToEveryCeoWithTheSellerAsSender() throws SQLException {
        UUID otherCeo = checked.crm.user(TENANT, "ceo");
        checked.crm.user(TENANT, "ceo", "suspended");
        long first = checked.user(PHONE, checked.ago("PT4H", 1));
        List<StoredNotification> notifications = checked.fill().run().notifications();

        assertEquals(
                List.of(
                        "unanswered:" + first + ":critical:" + ceo,
                        "unanswered:" + first + ":critical:" + otherCeo,
                        "unanswered:" + first + ":high:" + seller),
                notifications.stream().map(StoredNotification::id).toList());
        assertEquals(seller, notifications.getFirst().sender());
        assertEquals("critical", notifications.getFirst().priority());
        assertNull(notifications.getFirst().expiresAt());
        assertEquals(
                PHONE + " espera respuesta desde hace 4 h. Asignado a: Ana 1.",
                notifications.getFirst().message());
    }

    @Test
    void ceoWhoIsTheSellerGetsBothNotifications() throws SQLException {
        checked.crm.assign(TENANT, PHONE, ceo, "2025-01-02T00:00:00Z");
        long first = checked.user(PHONE, checked.ago("PT5H"));
        assertEquals(
                List.of("unanswered:" + first + ":critical:" + ceo, "unanswered:" + first + ":high:" + ceo),
                checked.fill().run().ids());
    }

    @Test
    void conversationOfASuspendedSellerNotifiesOnlyTheCeo() throws SQLException {
        UUID suspended = checked.crm.user(TENANT, "closer", "suspended");
        checked.crm.assign(TENANT, PHONE, suspended, "2025-01-02T00:00:00Z");
        checked.user(PHONE, checked.ago("PT5H"));
        StoredNotification notification = checked.fill().run().onlyNotification();
        assertEquals(ceo, notification.recipient());
        assertEquals(suspended, notification.sender());
    }

    @Test
    void sellerOfAnotherTenantGetsNoNotification() throws SQLException {
        checked.crm.tenant(8, "UTC");
        UUID otherTenantsSeller = checked.crm.user(8, "setter");
        checked.crm.assign(TENANT, PHONE, otherTenantsSeller, "2025-01-02T00:00:00Z");
        checked.user(PHONE, checked.ago("PT5H"));
        assertEquals(ceo, checked.fill().run().onlyNotification().recipient());
    }

    @Test
    void conversationWithoutSellerNotifiesNoUser() throws SQLException {
        checked.user("+1", checked.ago("PT5H"));
        assertEquals(List.of(), checked.fill().run().ids());
    }

    @Test
    void readsTheWholeStreakOfAnyAge() throws SQLException {
        checked.assistant(PHONE, checked.ago("P90D"));
        long first = checked.user(PHONE, checked.ago("P80D"));
        checked.crm.message(TENANT, PHONE, "system", checked.ago("P70D"));
        checked.crm.message(TENANT, PHONE, "tool", checked.ago("PT1M"));
        checked.user(PHONE, checked.ago("PT24H"));
        assertEquals(
                List.of("unanswered:" + first + ":critical:" + ceo, "unanswered:" + first + ":high:" + seller),
                checked.fill().run().ids());
    }

    @Test
    void ignoresAStreakWhoseNewestMessageIsOlderThanADay() throws SQLException {
        checked.user(PHONE, checked.ago("PT24H", 1));
        assertEquals(List.of(), checked.fill().run().ids());
    }

    @Test
    void idDecidesTheOrderAtOneInstant() throws SQLException {
        String instant = checked.ago("PT2H");
        checked.user(PHONE, instant);
        checked.assistant(PHONE, instant);
        checked.crm.assign(TENANT, "+2", seller, "2025-01-01T00:00:00Z");
        checked.assistant("+2", instant);
        long waiting = checked.user("+2", instant);
        assertEquals(
                "unanswered:" + waiting + ":high:" + seller,
                checked.fill().run().onlyNotification().id());
    }

    @Test
    void ignoresMessagesOfTheFutureAndWithoutTime() throws SQLException {
        long first = checked.user(PHONE, checked.ago("PT2H"));
        checked.assistant(PHONE, NOW.plusNanos(1_000).toString());
        checked.crm.message(TENANT, PHONE, "assistant", (String) null);
        checked.crm.assign(TENANT, PHONE, ceo, NOW.plusSeconds(1).toString());
        assertEquals(
                "unanswered:" + first + ":high:" + seller,
                checked.fill().run().onlyNotification().id());
    }

    @Test
    void followsTheNewestAssignmentByTimeThenId() throws SQLException {
        UUID next = checked.crm.user(TENANT, "closer");
        UUID last = checked.crm.user(TENANT, "professional");
        String stamp = checked.ago("P40D");
        checked.crm.assign(TENANT, PHONE, next, stamp);
        checked.crm.message(TENANT, PHONE, "tool", Instant.parse(stamp), last, Instant.parse("2020-01-01T00:00:00Z"));
        long first = checked.user(PHONE, checked.ago("PT2H"));
        assertEquals(
                "unanswered:" + first + ":high:" + last,
                checked.fill().run().onlyNotification().id());
    }

    @Test
    void namesTheLeadOfTheConversation() throws SQLException {
        UUID lead = checked.lead(PHONE, "new", null, null, "2020-01-01T00:00:00Z");
        checked.user(PHONE, checked.ago("PT2H"));
        assertEquals(
                lead.toString(),
                checked.fill()
                        .run()
                        .onlyNotification()
                        .metadata()
                        .get("lead_id")
                        .textValue());
    }

    @Test
    void cutsLongNumbersByCodePoints() throws SQLException {
        String longNumber = "😀".repeat(300);
        checked.crm.assign(TENANT, longNumber, seller, "2025-01-01T00:00:00Z");
        checked.user(longNumber, checked.ago("PT2H"));
        StoredNotification notification = checked.fill().run().onlyNotification();
        assertEquals("😀".repeat(255), notification.relatedId());
        assertEquals("😀".repeat(222) + "… espera respuesta desde hace 2 h", notification.title());
        assertEquals(longNumber, notification.metadata().get("phone").textValue());
    }
}
