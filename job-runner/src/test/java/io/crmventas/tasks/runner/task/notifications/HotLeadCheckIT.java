package io.crmventas.tasks.runner.task.notifications;

import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.NOW;
import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.PHONE;
import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.TENANT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.runner.task.model.Crm;
import io.crmventas.tasks.runner.task.notifications.CheckedCrm.StoredNotification;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class HotLeadCheckIT extends CheckScenario {
    /** Adds {@code count} messages of both sides. The newest one is {@code newest} before now. */
    private void talk(String phone, int count, String newest) {
        for (int i = 0; i < count; i++) {
            checked.crm.message(
                    TENANT,
                    phone,
                    i % 2 == 0 ? "user" : "assistant",
                    NOW.minus(Duration.parse(newest)).minusSeconds(60L * i).toString());
        }
    }

    private UUID young(String phone, String status, String source) {
        return checked.lead(phone, status, seller, source, checked.ago("P1D"));
    }

    private String high(UUID lead) {
        return "hot_lead:" + lead + ":20260310:high:" + seller;
    }

    private String critical(UUID lead) {
        return "hot_lead:" + lead + ":20260310:critical:" + ceo;
    }

    @Test
    void scoreOfFourNotifiesTheSeller() throws SQLException {
        UUID lead = young(PHONE, null, "ORGANIC");
        talk(PHONE, 4, "PT1H");
        StoredNotification notification = checked.fill().run().onlyNotification();

        assertEquals(high(lead), notification.id());
        assertEquals("hot_lead", notification.type());
        assertEquals("high", notification.priority());
        assertEquals("lead", notification.relatedType());
        assertEquals(lead.toString(), notification.relatedId());
        assertNull(notification.sender());
        assertNull(notification.expiresAt());
        assertEquals(
                CheckedCrm.json(
                        "{\"phone\":\"%s\",\"lead_id\":\"%s\",\"seller_id\":\"%s\",\"messages\":4,\"score\":4.00}"
                                .formatted(PHONE, lead, seller)),
                notification.metadata());
        assertEquals("Lead caliente: " + PHONE, notification.title());
    }

    @Test
    void scoreBelowFourNotifiesNoUser() throws SQLException {
        young(PHONE, null, "REFERRAL"); // 3 x 1.3 = 3.90
        talk(PHONE, 3, "PT1H");
        assertEquals(List.of(), checked.fill().run().ids());
    }

    @Test
    void scoreWeighsSourceAndOpenStatus() throws SQLException {
        young("+meta", "NUEVO", "META_ADS"); // 4 x 1.5 x 1.2 = 7.20
        talk("+meta", 4, "PT1H");
        young("+referral", "Interested", "REFERRAL"); // 5 x 1.3 x 1.2 = 7.80
        talk("+referral", 5, "PT1H");
        young("+spelled", "contacted", "meta_ads"); // 4 x 1.0 x 1.2 = 4.80: as written
        talk("+spelled", 4, "PT1H");
        young("+unknown", "hablando", "META_ADS"); // 3 x 1.5 = 4.50: neither open nor closed
        talk("+unknown", 3, "PT1H");
        assertEquals(
                List.of("+meta 7.2", "+referral 7.8", "+spelled 4.8", "+unknown 4.5"),
                checked.fill().run().notifications().stream()
                        .map(stored -> stored.metadata().get("phone").textValue() + " "
                                + stored.metadata().get("score").decimalValue().stripTrailingZeros())
                        .sorted()
                        .toList());
    }

    @Test
    void scoreOfEightNotifiesTheCeosToo() throws SQLException {
        UUID eight = young(PHONE, null, null);
        talk(PHONE, 8, "PT1H");
        UUID less = young("+2", "new", "REFERRAL"); // 5 x 1.3 x 1.2 = 7.80
        talk("+2", 5, "PT1H");
        List<StoredNotification> notifications = checked.fill().run().notifications();
        assertEquals(
                List.of(critical(eight), high(eight), high(less)),
                notifications.stream().map(StoredNotification::id).sorted().toList());
        assertEquals("critical", notifications.getFirst().priority());
        assertNull(notifications.getFirst().sender());
    }

    @Test
    void leadWithoutActiveSellerNotifiesOnlyCeos() throws SQLException {
        UUID lead = checked.lead(PHONE, "new", null, "META_ADS", checked.ago("P1D"));
        talk(PHONE, 5, "PT1H"); // 9.00
        UUID suspended = checked.crm.user(TENANT, "closer", "suspended");
        checked.lead("+2", "new", suspended, "META_ADS", checked.ago("P1D"));
        talk("+2", 4, "PT1H"); // 7.20: no recipient for the high one
        assertEquals(List.of(critical(lead)), checked.fill().run().ids());
    }

    @Test
    void countsMessagesOfADayAndRequiresOneOfTheLastTwoHours() throws SQLException {
        UUID counted = young("+in", null, null);
        talk("+in", 3, "PT2H");
        checked.user("+in", checked.ago("PT24H"));
        young("+out", null, null);
        talk("+out", 3, "PT2H");
        checked.user("+out", checked.ago("PT24H", 1));
        young("+quiet", null, null);
        talk("+quiet", 9, "PT2H0.000001S");
        young("+ahead", null, null);
        talk("+ahead", 3, "PT1H");
        checked.user("+ahead", NOW.plusNanos(1_000).toString());
        checked.crm.message(TENANT, "+ahead", "system", checked.ago("PT1H"));
        assertEquals(List.of(high(counted)), checked.fill().run().ids());
    }

    @Test
    void looksOnlyAtLeadsOfTheLastSevenDays() throws SQLException {
        UUID young = checked.lead("+1", null, seller, null, checked.ago("P7D"));
        talk("+1", 4, "PT1H");
        checked.lead("+2", null, seller, null, checked.ago("P7D", 1));
        talk("+2", 4, "PT1H");
        checked.lead("+3", null, seller, null, NOW.plusNanos(1_000).toString());
        talk("+3", 4, "PT1H");
        assertEquals(List.of(high(young)), checked.fill().run().ids());
    }

    @Test
    void closedLeadsAreIgnored() throws SQLException {
        checked.crm.finalStatuses.add(new Crm.FinalStatus(TENANT, "Señado_ÑU"));
        checked.crm.finalStatuses.add(new Crm.FinalStatus(TENANT, "NEW"));
        checked.crm.tenant(8, "UTC");
        checked.crm.finalStatuses.add(new Crm.FinalStatus(8, "contacted"));
        int i = 0;
        for (String closed : List.of("WON", "Cerrado_Perdido", "archived", "client", "sEÑADO_ñu", "new")) {
            young("+closed" + i, closed, "META_ADS");
            talk("+closed" + i++, 9, "PT1H");
        }
        UUID open = young(PHONE, "contacted", null); // final for another tenant only
        talk(PHONE, 4, "PT1H");
        UUID blank = young("+blank", " won", null); // nothing is trimmed
        talk("+blank", 4, "PT1H");
        assertEquals(
                List.of(high(open), high(blank)),
                checked.fill().run().ids().stream().sorted().toList());
    }

    @Test
    void capPrefersTheHighestScoreThenTheNewestMessageThenTheLowestId() throws SQLException {
        checked.parameters = "{\"maxHotLeads\": 2}";
        UUID tie1 = young("+1", null, null);
        UUID tie2 = young("+2", null, null);
        UUID newer = young("+3", null, null);
        UUID hotter = young("+4", null, null);
        talk("+1", 4, "PT1H");
        talk("+2", 4, "PT1H");
        talk("+3", 4, "PT59M");
        talk("+4", 5, "PT90M");
        checked.fill().run();
        assertEquals(List.of(high(newer), high(hotter)), checked.ids());
        assertEquals(2, checked.count(Counts.HOT_LEAD_CUT));
        checked.parameters = "{\"maxHotLeads\": 1}";
        checked.run();
        assertEquals(List.of(high(tie1), high(newer), high(hotter)), checked.ids());
        checked.run();
        assertEquals(List.of(high(tie1), high(tie2), high(newer), high(hotter)), checked.ids());
        assertEquals(0, checked.count(Counts.HOT_LEAD_CUT));
    }

    @Test
    void capCountsALeadAndItsCopiesOnce() throws SQLException {
        checked.parameters = "{\"maxHotLeads\": 1}";
        UUID lead = young(PHONE, null, null);
        talk(PHONE, 8, "PT1H");
        young("+2", null, null);
        talk("+2", 4, "PT1H");
        assertEquals(List.of(critical(lead), high(lead)), checked.fill().run().ids());
        assertEquals(1, checked.count(Counts.HOT_LEAD_CUT));
    }

    @Test
    void notifiesAgainOnTheNextLocalDay() throws SQLException {
        UUID lead = young(PHONE, null, null);
        talk(PHONE, 4, "PT1H");
        checked.now = NOW;
        checked.fill().run();
        checked.now = Instant.parse("2026-03-11T00:00:00Z");
        checked.parameters = "{\"hotLeadRecency\": \"20h\"}";
        checked.run();
        assertEquals(List.of(high(lead), "hot_lead:" + lead + ":20260311:high:" + seller), checked.ids());
    }

    @Test
    void writesTheScoreWithTwoDecimals() throws SQLException {
        young(PHONE, "new", "REFERRAL");
        talk(PHONE, 5, "PT1H");
        assertEquals(
                new BigDecimal("7.80"),
                checked.fill().run().onlyNotification().metadata().get("score").decimalValue());
        assertEquals(1, checked.count(Counts.HOT_LEAD));
    }
}
