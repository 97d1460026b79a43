package io.crmventas.tasks.runner.task.notifications;

import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.NOW;
import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.PHONE;
import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.TENANT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.runner.task.model.Crm;
import io.crmventas.tasks.runner.task.notifications.CheckedCrm.Told;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class HotLeadCheckIT extends CheckScenario {
    /** {@code count} messages of both sides; the newest {@code newest} before now. */
    private void talk(String phone, int count, String newest) {
        for (int i = 0; i < count; i++) {
            at.crm.message(
                    TENANT,
                    phone,
                    i % 2 == 0 ? "user" : "assistant",
                    NOW.minus(Duration.parse(newest)).minusSeconds(60L * i).toString());
        }
    }

    private UUID young(String phone, String status, String source) {
        return at.lead(phone, status, seller, source, at.ago("P1D"));
    }

    private String high(UUID lead) {
        return "hot_lead:" + lead + ":20260310:high:" + seller;
    }

    private String critical(UUID lead) {
        return "hot_lead:" + lead + ":20260310:critical:" + ceo;
    }

    @Test
    void tellsTheSellerFromAScoreOfExactlyFour() throws SQLException {
        UUID lead = young(PHONE, null, "ORGANIC");
        talk(PHONE, 4, "PT1H");
        Told told = at.fill().run().only();

        assertEquals(high(lead), told.id());
        assertEquals("hot_lead", told.type());
        assertEquals("high", told.priority());
        assertEquals("lead", told.relatedType());
        assertEquals(lead.toString(), told.relatedId());
        assertNull(told.sender());
        assertNull(told.expiresAt());
        assertEquals(
                CheckedCrm.json(
                        "{\"phone\":\"%s\",\"lead_id\":\"%s\",\"seller_id\":\"%s\",\"messages\":4,\"score\":4.00}"
                                .formatted(PHONE, lead, seller)),
                told.metadata());
        assertEquals("Lead caliente: " + PHONE, told.title());
    }

    @Test
    void tellsNothingBelowAScoreOfFour() throws SQLException {
        young(PHONE, null, "REFERRAL"); // 3 x 1.3 = 3.90
        talk(PHONE, 3, "PT1H");
        assertEquals(List.of(), at.fill().run().ids());
    }

    @Test
    void weighsSourceAndOpenStatusExactly() throws SQLException {
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
                at.fill().run().told().stream()
                        .map(told -> told.metadata().get("phone").textValue() + " "
                                + told.metadata().get("score").decimalValue().stripTrailingZeros())
                        .sorted()
                        .toList());
    }

    @Test
    void escalatesFromAScoreOfExactlyEight() throws SQLException {
        UUID eight = young(PHONE, null, null);
        talk(PHONE, 8, "PT1H");
        UUID less = young("+2", "new", "REFERRAL"); // 5 x 1.3 x 1.2 = 7.80
        talk("+2", 5, "PT1H");
        List<Told> told = at.fill().run().told();
        assertEquals(
                List.of(critical(eight), high(eight), high(less)),
                told.stream().map(Told::id).sorted().toList());
        assertEquals("critical", told.getFirst().priority());
        assertNull(told.getFirst().sender());
    }

    @Test
    void letsNobodyStandInForAnAbsentSeller() throws SQLException {
        UUID lead = at.lead(PHONE, "new", null, "META_ADS", at.ago("P1D"));
        talk(PHONE, 5, "PT1H"); // 9.00
        UUID suspended = at.crm.user(TENANT, "closer", "suspended");
        at.lead("+2", "new", suspended, "META_ADS", at.ago("P1D"));
        talk("+2", 4, "PT1H"); // 7.20: a high without recipient
        assertEquals(List.of(critical(lead)), at.fill().run().ids());
    }

    @Test
    void countsMessagesOfADayAndAsksForOneOfTheLastTwoHours() throws SQLException {
        UUID counted = young("+in", null, null);
        talk("+in", 3, "PT2H");
        at.user("+in", at.ago("PT24H"));
        young("+out", null, null);
        talk("+out", 3, "PT2H");
        at.user("+out", at.ago("PT24H", 1));
        young("+quiet", null, null);
        talk("+quiet", 9, "PT2H0.000001S");
        young("+ahead", null, null);
        talk("+ahead", 3, "PT1H");
        at.user("+ahead", NOW.plusNanos(1_000).toString());
        at.crm.message(TENANT, "+ahead", "system", at.ago("PT1H"));
        assertEquals(List.of(high(counted)), at.fill().run().ids());
    }

    @Test
    void looksOnlyAtLeadsOfTheLastSevenDays() throws SQLException {
        UUID young = at.lead("+1", null, seller, null, at.ago("P7D"));
        talk("+1", 4, "PT1H");
        at.lead("+2", null, seller, null, at.ago("P7D", 1));
        talk("+2", 4, "PT1H");
        at.lead("+3", null, seller, null, NOW.plusNanos(1_000).toString());
        talk("+3", 4, "PT1H");
        assertEquals(List.of(high(young)), at.fill().run().ids());
    }

    @Test
    void leavesClosedLeadsAlone() throws SQLException {
        at.crm.finalStatuses.add(new Crm.FinalStatus(TENANT, "Señado_ÑU"));
        at.crm.finalStatuses.add(new Crm.FinalStatus(TENANT, "NEW"));
        at.crm.tenant(8, "UTC");
        at.crm.finalStatuses.add(new Crm.FinalStatus(8, "contacted"));
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
                at.fill().run().ids().stream().sorted().toList());
    }

    @Test
    void takesTheHighestScoreThenTheNewestMessageThenTheLowestId() throws SQLException {
        at.parameters = "{\"maxHotLeads\": 2}";
        UUID tie1 = young("+1", null, null);
        UUID tie2 = young("+2", null, null);
        UUID newer = young("+3", null, null);
        UUID hotter = young("+4", null, null);
        talk("+1", 4, "PT1H");
        talk("+2", 4, "PT1H");
        talk("+3", 4, "PT59M");
        talk("+4", 5, "PT90M");
        at.fill().run();
        assertEquals(List.of(high(newer), high(hotter)), at.ids());
        assertEquals(2, at.count(Counts.HOT_LEAD_CUT));
        at.parameters = "{\"maxHotLeads\": 1}";
        at.run();
        assertEquals(List.of(high(tie1), high(newer), high(hotter)), at.ids());
        at.run();
        assertEquals(List.of(high(tie1), high(tie2), high(newer), high(hotter)), at.ids());
        assertEquals(0, at.count(Counts.HOT_LEAD_CUT));
    }

    @Test
    void countsACeosCopyWithItsLead() throws SQLException {
        at.parameters = "{\"maxHotLeads\": 1}";
        UUID lead = young(PHONE, null, null);
        talk(PHONE, 8, "PT1H");
        young("+2", null, null);
        talk("+2", 4, "PT1H");
        assertEquals(List.of(critical(lead), high(lead)), at.fill().run().ids());
        assertEquals(1, at.count(Counts.HOT_LEAD_CUT));
    }

    @Test
    void tellsAgainOnTheNextLocalDay() throws SQLException {
        UUID lead = young(PHONE, null, null);
        talk(PHONE, 4, "PT1H");
        at.now = NOW;
        at.fill().run();
        at.now = Instant.parse("2026-03-11T00:00:00Z");
        at.parameters = "{\"hotLeadRecency\": \"20h\"}";
        at.run();
        assertEquals(List.of(high(lead), "hot_lead:" + lead + ":20260311:high:" + seller), at.ids());
    }

    @Test
    void writesTheScoreWithTwoDecimals() throws SQLException {
        young(PHONE, "new", "REFERRAL");
        talk(PHONE, 5, "PT1H");
        assertEquals(
                new BigDecimal("7.80"),
                at.fill().run().only().metadata().get("score").decimalValue());
        assertEquals(1, at.count(Counts.HOT_LEAD));
    }
}
