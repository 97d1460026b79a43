package io.crmventas.tasks.runner.task.notifications;

import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.NOW;
import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.PHONE;
import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.TENANT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.runner.task.model.Crm;
import io.crmventas.tasks.runner.task.model.CrmDatabase;
import io.crmventas.tasks.runner.task.notifications.CheckedCrm.StoredNotification;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FollowUpCheckIT extends CheckScenario {
    private long quiet(String phone, UUID assigned, String at) {
        checked.crm.assign(TENANT, phone, assigned, "2025-01-01T00:00:00Z");
        return checked.assistant(phone, at);
    }

    private String id(long newest) {
        return "followup:" + newest + ":" + seller;
    }

    @Test
    void remindsOfAContactedLeadAfterTwoDays() throws SQLException {
        quiet(PHONE, seller, checked.ago("P9D"));
        long newest = checked.assistant(PHONE, checked.ago("P2DT1H"));
        checked.crm.message(TENANT, PHONE, "system", checked.ago("PT1H"));
        UUID lead = checked.lead(PHONE, "Contactado", null, null, "2020-01-01T00:00:00Z");
        StoredNotification notification = checked.fill().run().onlyNotification();

        assertEquals(id(newest), notification.id());
        assertEquals("followup", notification.type());
        assertEquals("high", notification.priority());
        assertEquals(seller, notification.recipient());
        assertNull(notification.sender());
        assertNull(notification.expiresAt());
        assertEquals("conversation", notification.relatedType());
        assertEquals(PHONE, notification.relatedId());
        assertEquals(
                CheckedCrm.json("{\"phone\":\"%s\",\"message_id\":%d,\"lead_id\":\"%s\",\"days_waited\":2}"
                        .formatted(PHONE, newest, lead)),
                notification.metadata());
        assertEquals(
                "No hay mensajes con " + PHONE
                        + " desde hace 2 d 1 h. El lead está en proceso: conviene retomar la conversación.",
                notification.message());
    }

    @Test
    void remindsOfANewLeadAfterADayAndLetsItExpireAfterSeven() throws SQLException {
        long newest = quiet(PHONE, seller, checked.ago("P1D", 1));
        checked.lead(PHONE, "new", null, null, "2020-01-01T00:00:00Z");
        StoredNotification notification = checked.fill().run().onlyNotification();
        assertEquals(id(newest), notification.id());
        assertEquals("medium", notification.priority());
        assertEquals(NOW.plus(Duration.ofDays(7)), notification.expiresAt());
        assertEquals(1, notification.metadata().get("days_waited").intValue());
    }

    @Test
    void remindsOfAConversationWithoutLeadAfterThreeDays() throws SQLException {
        long newest = quiet(PHONE, seller, checked.ago("P3D", 1));
        StoredNotification notification = checked.fill().run().onlyNotification();
        assertEquals(id(newest), notification.id());
        assertEquals("low", notification.priority());
        assertEquals(NOW.plus(Duration.ofDays(7)), notification.expiresAt());
    }

    @Test
    void remindsOnlyAfterTheWholeTime() throws SQLException {
        quiet("+1", seller, checked.ago("P2D"));
        checked.lead("+1", "qualified", null, null, "2020-01-01T00:00:00Z");
        quiet("+2", seller, checked.ago("P1D"));
        checked.lead("+2", "nuevo", null, null, "2020-01-01T00:00:00Z");
        quiet("+3", seller, checked.ago("P3D"));
        assertEquals(List.of(), checked.fill().run().ids());
    }

    @Test
    void futureLeadIsIgnoredAndLeadWithoutTimeCounts() throws SQLException {
        long newest = quiet("+1", seller, checked.ago("P9D"));
        checked.lead("+1", "won", null, null, NOW.plusNanos(1_000).toString());
        quiet("+2", seller, checked.ago("P9D"));
        checked.lead("+2", "won", null, null, null);
        StoredNotification notification = checked.fill().run().onlyNotification();
        assertEquals(id(newest), notification.id());
        assertEquals("low", notification.priority());
    }

    @Test
    void leadWithAnotherStatusGetsNoReminder() throws SQLException {
        checked.crm.finalStatuses.add(new Crm.FinalStatus(TENANT, "Calificado"));
        int i = 0;
        for (String status : new String[] {"won", "lost", "deleted", "hablando", null, "calificado", ""}) {
            quiet("+" + i, seller, checked.ago("P9D"));
            checked.lead("+" + i++, status, seller, null, "2020-01-01T00:00:00Z");
        }
        assertEquals(List.of(), checked.fill().run().ids());
    }

    @Test
    void ignoresConversationsOlderThanThirtyDays() throws SQLException {
        long newest = quiet("+1", seller, checked.ago("P30D"));
        quiet("+2", seller, checked.ago("P30D", 1));
        assertEquals(List.of(id(newest)), checked.fill().run().ids());
    }

    @Test
    void remindsOnlyASellerOfTheTenant() throws SQLException {
        checked.crm.tenant(8, "UTC");
        quiet("+1", checked.crm.user(8, "setter"), checked.ago("P9D"));
        quiet("+2", checked.crm.user(TENANT, "secretary"), checked.ago("P9D"));
        quiet("+3", checked.crm.user(TENANT, "closer", "pending"), checked.ago("P9D"));
        quiet("+4", checked.crm.user(null, "ceo"), checked.ago("P9D"));
        checked.user("+5", checked.ago("P9D"));
        long newest = quiet("+6", ceo, checked.ago("P9D"));
        assertEquals(
                "followup:" + newest + ":" + ceo,
                checked.fill().run().onlyNotification().id());
    }

    @Test
    void takesTheNewestMessageByTimeThenId() throws SQLException {
        String instant = checked.ago("P9D");
        quiet(PHONE, seller, instant);
        long newest = checked.user(PHONE, instant);
        assertEquals(id(newest), checked.fill().run().onlyNotification().id());
    }

    @Test
    void remindsANewSellerOfTheSameMessage() throws SQLException {
        long newest = quiet(PHONE, seller, checked.ago("P9D"));
        checked.fill().run();
        connection.setAutoCommit(true);
        CrmDatabase.execute(
                connection,
                "update chat_messages set assigned_seller_id = '" + ceo + "' where from_number = '" + PHONE + "'");
        checked.run();
        assertEquals(List.of(id(newest), "followup:" + newest + ":" + ceo), checked.ids());
    }

    @Test
    void capPrefersTheMostUrgentThenTheOldest() throws SQLException {
        checked.parameters = "{\"maxFollowUps\": 2}";
        long low = quiet("+low", seller, checked.ago("P20D"));
        long medium = quiet("+medium", seller, checked.ago("P10D"));
        checked.lead("+medium", "new", null, null, "2020-01-01T00:00:00Z");
        long high = quiet("+high", seller, checked.ago("P3D"));
        checked.lead("+high", "contacted", null, null, "2020-01-01T00:00:00Z");
        long second = quiet("+higher id", seller, checked.ago("P3D"));
        checked.lead("+higher id", "contacted", null, null, "2020-01-01T00:00:00Z");
        long longer = quiet("+longer", seller, checked.ago("P4D"));
        checked.lead("+longer", "contacted", null, null, "2020-01-01T00:00:00Z");
        checked.fill().run();
        assertEquals(sorted(id(longer), id(high)), checked.ids());
        assertEquals(3, checked.count(Counts.FOLLOW_UP_CUT));
        checked.run();
        assertEquals(sorted(id(longer), id(high), id(second), id(medium)), checked.ids());
        checked.run();
        assertEquals(sorted(id(longer), id(high), id(second), id(medium), id(low)), checked.ids());
        assertEquals(1, checked.count(Counts.FOLLOW_UP));
        assertEquals(0, checked.count(Counts.FOLLOW_UP_CUT));
    }

    private static List<String> sorted(String... ids) {
        return Arrays.stream(ids).sorted().toList();
    }
}
