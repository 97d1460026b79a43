package io.crmventas.tasks.runner.task.notifications;

import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.NOW;
import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.PHONE;
import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.TENANT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.runner.task.notifications.CheckedCrm.Told;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UnansweredCheckIT extends CheckScenario {
    @BeforeEach
    void theSellerHasTheConversation() {
        at.crm.assign(TENANT, PHONE, seller, "2025-01-01T00:00:00Z");
    }

    @Test
    void tellsTheSellerOfAMessageThatWaitsLongerThanAnHour() throws SQLException {
        long first = at.user(PHONE, at.ago("PT1H30M"));
        at.user(PHONE, at.ago("PT5M"));
        Told told = at.fill().run().only();

        assertEquals("unanswered:" + first + ":high:" + seller, told.id());
        assertEquals(TENANT, told.tenantId());
        assertEquals("unanswered", told.type());
        assertEquals("high", told.priority());
        assertEquals(seller, told.recipient());
        assertNull(told.sender());
        assertEquals("conversation", told.relatedType());
        assertEquals(PHONE, told.relatedId());
        assertEquals(
                CheckedCrm.json(
                        "{\"phone\":\"%s\",\"message_id\":%d,\"seller_id\":\"%s\",\"lead_id\":null,\"minutes_waited\":90}"
                                .formatted(PHONE, first, seller)),
                told.metadata());
        assertEquals(false, told.read());
        assertEquals(NOW, told.createdAt());
        assertNull(told.expiresAt());
        assertEquals(PHONE + " espera respuesta desde hace 1 h 30 min", told.title());
        assertEquals(1, at.count(Counts.UNANSWERED));
        assertEquals(0, at.count(Counts.UNANSWERED_CUT));
    }

    @Test
    void waitsUntilTheHourIsOver() throws SQLException {
        at.user(PHONE, at.ago("PT1H"));
        assertEquals(List.of(), at.fill().run().ids());
    }

    @Test
    void tellsOneMicrosecondAfterTheHour() throws SQLException {
        at.user(PHONE, at.ago("PT1H", 1));
        assertEquals(60, at.fill().run().only().metadata().get("minutes_waited").intValue());
    }

    @Test
    void tellsCeosOnlyAfterFourHours() throws SQLException {
        at.user(PHONE, at.ago("PT4H"));
        assertEquals("high", at.fill().run().only().priority());
    }

    @Test
    void escalatesToEveryCeoWithTheSellerAsSender() throws SQLException {
        UUID otherCeo = at.crm.user(TENANT, "ceo");
        at.crm.user(TENANT, "ceo", "suspended");
        long first = at.user(PHONE, at.ago("PT4H", 1));
        List<Told> told = at.fill().run().told();

        assertEquals(
                List.of(
                        "unanswered:" + first + ":critical:" + ceo,
                        "unanswered:" + first + ":critical:" + otherCeo,
                        "unanswered:" + first + ":high:" + seller),
                told.stream().map(Told::id).toList());
        assertEquals(seller, told.getFirst().sender());
        assertEquals("critical", told.getFirst().priority());
        assertNull(told.getFirst().expiresAt());
        assertEquals(
                PHONE + " espera respuesta desde hace 4 h. Asignado a: Ana 1.",
                told.getFirst().message());
    }

    @Test
    void tellsACeoWhoIsTheSellerBoth() throws SQLException {
        at.crm.assign(TENANT, PHONE, ceo, "2025-01-02T00:00:00Z");
        long first = at.user(PHONE, at.ago("PT5H"));
        assertEquals(
                List.of("unanswered:" + first + ":critical:" + ceo, "unanswered:" + first + ":high:" + ceo),
                at.fill().run().ids());
    }

    @Test
    void escalatesForASellerWhoIsSuspendedAndTellsHimNothing() throws SQLException {
        UUID gone = at.crm.user(TENANT, "closer", "suspended");
        at.crm.assign(TENANT, PHONE, gone, "2025-01-02T00:00:00Z");
        at.user(PHONE, at.ago("PT5H"));
        Told told = at.fill().run().only();
        assertEquals(ceo, told.recipient());
        assertEquals(gone, told.sender());
    }

    @Test
    void tellsNoSellerOfAnotherTenant() throws SQLException {
        at.crm.tenant(8, "UTC");
        UUID stranger = at.crm.user(8, "setter");
        at.crm.assign(TENANT, PHONE, stranger, "2025-01-02T00:00:00Z");
        at.user(PHONE, at.ago("PT5H"));
        assertEquals(ceo, at.fill().run().only().recipient());
    }

    @Test
    void tellsNobodyOfAConversationWithoutSeller() throws SQLException {
        at.user("+1", at.ago("PT5H"));
        assertEquals(List.of(), at.fill().run().ids());
    }

    @Test
    void readsTheWholeStreakBackHoweverOld() throws SQLException {
        at.assistant(PHONE, at.ago("P90D"));
        long first = at.user(PHONE, at.ago("P80D"));
        at.crm.message(TENANT, PHONE, "system", at.ago("P70D"));
        at.crm.message(TENANT, PHONE, "tool", at.ago("PT1M"));
        at.user(PHONE, at.ago("PT24H"));
        assertEquals(
                List.of("unanswered:" + first + ":critical:" + ceo, "unanswered:" + first + ":high:" + seller),
                at.fill().run().ids());
    }

    @Test
    void forgetsAStreakWhoseNewestMessageIsOlderThanADay() throws SQLException {
        at.user(PHONE, at.ago("PT24H", 1));
        assertEquals(List.of(), at.fill().run().ids());
    }

    @Test
    void countsAnAnswerAtTheSameInstantByItsId() throws SQLException {
        String instant = at.ago("PT2H");
        at.user(PHONE, instant);
        at.assistant(PHONE, instant);
        at.crm.assign(TENANT, "+2", seller, "2025-01-01T00:00:00Z");
        at.assistant("+2", instant);
        long waiting = at.user("+2", instant);
        assertEquals(
                "unanswered:" + waiting + ":high:" + seller,
                at.fill().run().only().id());
    }

    @Test
    void seesNeitherTheFutureNorMessagesWithoutTime() throws SQLException {
        long first = at.user(PHONE, at.ago("PT2H"));
        at.assistant(PHONE, NOW.plusNanos(1_000).toString());
        at.crm.message(TENANT, PHONE, "assistant", (String) null);
        at.crm.assign(TENANT, PHONE, ceo, NOW.plusSeconds(1).toString());
        assertEquals(
                "unanswered:" + first + ":high:" + seller,
                at.fill().run().only().id());
    }

    @Test
    void followsTheNewestAssignmentByTimeThenId() throws SQLException {
        UUID next = at.crm.user(TENANT, "closer");
        UUID last = at.crm.user(TENANT, "professional");
        String stamp = at.ago("P40D");
        at.crm.assign(TENANT, PHONE, next, stamp);
        at.crm.message(TENANT, PHONE, "tool", Instant.parse(stamp), last, Instant.parse("2020-01-01T00:00:00Z"));
        long first = at.user(PHONE, at.ago("PT2H"));
        assertEquals(
                "unanswered:" + first + ":high:" + last, at.fill().run().only().id());
    }

    @Test
    void namesTheLeadOfTheConversation() throws SQLException {
        UUID lead = at.lead(PHONE, "new", null, null, "2020-01-01T00:00:00Z");
        at.user(PHONE, at.ago("PT2H"));
        assertEquals(
                lead.toString(),
                at.fill().run().only().metadata().get("lead_id").textValue());
    }

    @Test
    void cutsLongNumbersByCodePoints() throws SQLException {
        String longNumber = "😀".repeat(300);
        at.crm.assign(TENANT, longNumber, seller, "2025-01-01T00:00:00Z");
        at.user(longNumber, at.ago("PT2H"));
        Told told = at.fill().run().only();
        assertEquals("😀".repeat(255), told.relatedId());
        assertEquals("😀".repeat(222) + "… espera respuesta desde hace 2 h", told.title());
        assertEquals(longNumber, told.metadata().get("phone").textValue());
    }
}
