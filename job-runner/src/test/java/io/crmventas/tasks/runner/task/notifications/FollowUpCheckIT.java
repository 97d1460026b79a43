package io.crmventas.tasks.runner.task.notifications;

import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.NOW;
import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.PHONE;
import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.TENANT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.runner.task.model.Crm;
import io.crmventas.tasks.runner.task.model.CrmDatabase;
import io.crmventas.tasks.runner.task.notifications.CheckedCrm.Told;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FollowUpCheckIT extends CheckScenario {
    private long quiet(String phone, UUID assigned, String at) {
        this.at.crm.assign(TENANT, phone, assigned, "2025-01-01T00:00:00Z");
        return this.at.assistant(phone, at);
    }

    private String id(long newest) {
        return "followup:" + newest + ":" + seller;
    }

    @Test
    void remindsOfAContactedLeadAfterTwoDays() throws SQLException {
        quiet(PHONE, seller, at.ago("P9D"));
        long newest = at.assistant(PHONE, at.ago("P2DT1H"));
        at.crm.message(TENANT, PHONE, "system", at.ago("PT1H"));
        UUID lead = at.lead(PHONE, "Contactado", null, null, "2020-01-01T00:00:00Z");
        Told told = at.fill().run().only();

        assertEquals(id(newest), told.id());
        assertEquals("followup", told.type());
        assertEquals("high", told.priority());
        assertEquals(seller, told.recipient());
        assertNull(told.sender());
        assertNull(told.expiresAt());
        assertEquals("conversation", told.relatedType());
        assertEquals(PHONE, told.relatedId());
        assertEquals(
                CheckedCrm.json("{\"phone\":\"%s\",\"message_id\":%d,\"lead_id\":\"%s\",\"days_waited\":2}"
                        .formatted(PHONE, newest, lead)),
                told.metadata());
        assertEquals(
                "No hay mensajes con " + PHONE
                        + " desde hace 2 d 1 h. El lead está en proceso: conviene retomar la conversación.",
                told.message());
    }

    @Test
    void remindsOfANewLeadAfterADayAndLetsItExpireAfterSeven() throws SQLException {
        long newest = quiet(PHONE, seller, at.ago("P1D", 1));
        at.lead(PHONE, "new", null, null, "2020-01-01T00:00:00Z");
        Told told = at.fill().run().only();
        assertEquals(id(newest), told.id());
        assertEquals("medium", told.priority());
        assertEquals(NOW.plus(Duration.ofDays(7)), told.expiresAt());
        assertEquals(1, told.metadata().get("days_waited").intValue());
    }

    @Test
    void remindsOfAConversationWithoutLeadAfterThreeDays() throws SQLException {
        long newest = quiet(PHONE, seller, at.ago("P3D", 1));
        Told told = at.fill().run().only();
        assertEquals(id(newest), told.id());
        assertEquals("low", told.priority());
        assertEquals(NOW.plus(Duration.ofDays(7)), told.expiresAt());
    }

    @Test
    void waitsUntilEachTimeIsOver() throws SQLException {
        quiet("+1", seller, at.ago("P2D"));
        at.lead("+1", "qualified", null, null, "2020-01-01T00:00:00Z");
        quiet("+2", seller, at.ago("P1D"));
        at.lead("+2", "nuevo", null, null, "2020-01-01T00:00:00Z");
        quiet("+3", seller, at.ago("P3D"));
        assertEquals(List.of(), at.fill().run().ids());
    }

    @Test
    void knowsNoLeadOfTheFutureButOneWithoutTime() throws SQLException {
        long newest = quiet("+1", seller, at.ago("P9D"));
        at.lead("+1", "won", null, null, NOW.plusNanos(1_000).toString());
        quiet("+2", seller, at.ago("P9D"));
        at.lead("+2", "won", null, null, null);
        Told told = at.fill().run().only();
        assertEquals(id(newest), told.id());
        assertEquals("low", told.priority());
    }

    @Test
    void leavesEveryOtherStatusAlone() throws SQLException {
        at.crm.finalStatuses.add(new Crm.FinalStatus(TENANT, "Calificado"));
        int i = 0;
        for (String status : new String[] {"won", "lost", "deleted", "hablando", null, "calificado", ""}) {
            quiet("+" + i, seller, at.ago("P9D"));
            at.lead("+" + i++, status, seller, null, "2020-01-01T00:00:00Z");
        }
        assertEquals(List.of(), at.fill().run().ids());
    }

    @Test
    void forgetsWhatIsQuietForMoreThanThirtyDays() throws SQLException {
        long newest = quiet("+1", seller, at.ago("P30D"));
        quiet("+2", seller, at.ago("P30D", 1));
        assertEquals(List.of(id(newest)), at.fill().run().ids());
    }

    @Test
    void tellsOnlyASellerOfTheTenant() throws SQLException {
        at.crm.tenant(8, "UTC");
        quiet("+1", at.crm.user(8, "setter"), at.ago("P9D"));
        quiet("+2", at.crm.user(TENANT, "secretary"), at.ago("P9D"));
        quiet("+3", at.crm.user(TENANT, "closer", "pending"), at.ago("P9D"));
        quiet("+4", at.crm.user(null, "ceo"), at.ago("P9D"));
        at.user("+5", at.ago("P9D"));
        long newest = quiet("+6", ceo, at.ago("P9D"));
        assertEquals("followup:" + newest + ":" + ceo, at.fill().run().only().id());
    }

    @Test
    void takesTheNewestMessageByTimeThenId() throws SQLException {
        String instant = at.ago("P9D");
        quiet(PHONE, seller, instant);
        long newest = at.user(PHONE, instant);
        assertEquals(id(newest), at.fill().run().only().id());
    }

    @Test
    void tellsANewSellerOfTheSameSilence() throws SQLException {
        long newest = quiet(PHONE, seller, at.ago("P9D"));
        at.fill().run();
        connection.setAutoCommit(true);
        CrmDatabase.execute(
                connection,
                "update chat_messages set assigned_seller_id = '" + ceo + "' where from_number = '" + PHONE + "'");
        at.run();
        assertEquals(List.of(id(newest), "followup:" + newest + ":" + ceo), at.ids());
    }

    @Test
    void takesTheMostUrgentThenTheLongestQuietFirst() throws SQLException {
        at.parameters = "{\"maxFollowUps\": 2}";
        long low = quiet("+low", seller, at.ago("P20D"));
        long medium = quiet("+medium", seller, at.ago("P10D"));
        at.lead("+medium", "new", null, null, "2020-01-01T00:00:00Z");
        long high = quiet("+high", seller, at.ago("P3D"));
        at.lead("+high", "contacted", null, null, "2020-01-01T00:00:00Z");
        long second = quiet("+higher id", seller, at.ago("P3D"));
        at.lead("+higher id", "contacted", null, null, "2020-01-01T00:00:00Z");
        long longer = quiet("+longer", seller, at.ago("P4D"));
        at.lead("+longer", "contacted", null, null, "2020-01-01T00:00:00Z");
        at.fill().run();
        assertEquals(sorted(id(longer), id(high)), at.ids());
        assertEquals(3, at.count(Counts.FOLLOW_UP_CUT));
        at.run();
        assertEquals(sorted(id(longer), id(high), id(second), id(medium)), at.ids());
        at.run();
        assertEquals(sorted(id(longer), id(high), id(second), id(medium), id(low)), at.ids());
        assertEquals(1, at.count(Counts.FOLLOW_UP));
        assertEquals(0, at.count(Counts.FOLLOW_UP_CUT));
    }

    private static List<String> sorted(String... ids) {
        return Arrays.stream(ids).sorted().toList();
    }
}
