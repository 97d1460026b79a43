package io.crmventas.tasks.runner.task.notifications;

import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.NOW;
import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.PHONE;
import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.TENANT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.task.model.Crm;
import io.crmventas.tasks.runner.task.model.CrmDatabase;
import io.crmventas.tasks.runner.task.notifications.CheckedCrm.StoredNotification;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckEdgeCasesIT extends CheckScenario {
    @Test
    void mutedUserGetsNoNotification() throws SQLException {
        waiting(PHONE, "PT2H");
        for (Crm.Mute mute : List.of(
                mute(seller.toString(), NOW.plusNanos(1_000), "[]"),
                mute(seller.toString(), null, "[\"followup\", \"unanswered\"]"))) {
            checked.crm.mutes.clear();
            checked.crm.mutes.add(mute);
            assertEquals(List.of(), checked.fill().run().ids(), mute.toString());
            assertEquals(0, checked.count(Counts.UNANSWERED_CUT));
        }
    }

    @Test
    void invalidMutesAreIgnored() throws SQLException {
        waiting(PHONE, "PT2H");
        String id = seller.toString();
        checked.crm.mutes.add(mute("not a uuid", NOW.plusSeconds(9), null));
        checked.crm.mutes.add(mute("", NOW.plusSeconds(9), "[\"unanswered\"]"));
        checked.crm.mutes.add(mute(id.replace('a', 'A') + " ", NOW.plusSeconds(9), "[\"unanswered\"]"));
        for (Crm.Mute mute : List.of(
                mute(id, NOW, "[\"followup\"]"),
                mute(id, null, "\"unanswered\""),
                mute(id, null, "{\"unanswered\": true}"),
                mute(id, null, "[[\"unanswered\"], {\"unanswered\": 1}, \"UNANSWERED\", 3, null]"),
                mute(id, null, "null"))) {
            checked.crm.mutes.add(mute);
            assertEquals(1, checked.fill().run().ids().size(), mute.toString());
            checked.crm.mutes.remove(mute);
        }
    }

    private static Crm.Mute mute(String user, @Nullable Instant until, @Nullable String types) {
        return new Crm.Mute(user, until, types);
    }

    @Test
    void countsMessagesThatBelongToNoConversation() throws SQLException {
        waiting(PHONE, "PT2H");
        checked.crm.message(null, PHONE, "user", checked.ago("PT2H"));
        checked.crm.message(99, PHONE, "system", checked.ago("P900D"));
        checked.crm.message(99, PHONE, "user", checked.ago("PT2H"));
        checked.crm.message(-1, PHONE, "user", checked.ago("PT2H"));
        checked.crm.message(99, PHONE, "user", NOW.plusNanos(1_000).toString());
        checked.crm.message(null, PHONE, "user", (String) null);
        checked.fill().run();
        assertEquals(4, checked.count(Counts.ORPHAN_MESSAGES));
        assertEquals(1, checked.count(Counts.UNANSWERED));
    }

    @Test
    void warnsOfUnknownTimeZonesAndCountsTheirDaysInUtc() throws SQLException {
        checked.crm.tenants.clear();
        checked.crm.tenant(TENANT, "UTC+3");
        checked.crm.tenant(8, null);
        checked.crm.tenant(9, "america/bogota");
        checked.fill().metrics(seller, Instant.parse("2026-03-10T00:00:00Z"), NOW, 1_900, null, 0, 9);
        assertEquals(
                "performance:" + seller + ":20260310:response_time:" + seller,
                checked.run().onlyNotification().id());
        assertEquals(
                List.of("Unknown time zone of tenant 7 (\"UTC+3\"), 8 (null), 9 (\"america/bogota\"): their days are"
                        + " counted in UTC; set tenants.timezone to a name such as America/Bogota"),
                checked.outcome.warnings());
    }

    @Test
    void namesTheReplacementOfAZoneThatJavaLacks() throws SQLException {
        checked.crm.tenants.clear();
        checked.crm.tenant(TENANT, "EST");
        checked.crm.tenant(8, "MST");
        checked.crm.tenant(9, "HST");
        checked.crm.tenant(10, "ROC");
        checked.fill().metrics(seller, Instant.parse("2026-03-10T00:00:00Z"), NOW, 1_900, null, 0, 9);
        assertEquals(
                "performance:" + seller + ":20260310:response_time:" + seller,
                checked.run().onlyNotification().id());
        assertEquals(
                List.of("Unknown time zone of tenant 7 (\"EST\", write America/Panama),"
                        + " 8 (\"MST\", write America/Phoenix), 9 (\"HST\", write Pacific/Honolulu),"
                        + " 10 (\"ROC\", write Asia/Taipei): their days are counted in UTC;"
                        + " set tenants.timezone to a name such as America/Bogota"),
                checked.outcome.warnings());
    }

    @Test
    void messageOfAnInfiniteTimeHasWaitedForAnUnknownTime() throws SQLException {
        long first = waiting(PHONE, "P2D");
        waiting(PHONE, "PT2H");
        checked.fill();
        CrmDatabase.execute(connection, "update chat_messages set created_at = '-infinity' where id = " + first);
        assertEquals(
                List.of(
                        "unanswered:" + first + ":critical:" + ceo + "|null|Sin respuesta desde hace mucho tiempo: "
                                + PHONE,
                        "unanswered:" + first + ":high:" + seller + "|null|" + PHONE
                                + " espera respuesta desde hace mucho tiempo"),
                checked.run().notifications().stream()
                        .map(row -> row.id() + "|" + row.metadata().get("minutes_waited") + "|" + row.title())
                        .toList());
    }

    @ParameterizedTest
    @CsvSource({
        "' Eva', 'Paz ', Eva Paz (+549111), ' Ana', 'Roca ', Ana Roca",
        "' ', , +549111, , ' ', alguien sin nombre cargado"
    })
    void textsNameTheLeadAndTheSeller(
            @Nullable String leadFirst,
            @Nullable String leadLast,
            String person,
            @Nullable String sellerFirst,
            @Nullable String sellerLast,
            String assigned)
            throws SQLException {
        for (String ago : List.of("PT5H", "PT4H", "PT3H", "PT2H", "PT1H")) {
            waiting("+549111", ago);
        }
        checked.lead("+549111", "new", seller, "META_ADS", checked.ago("P1D"));
        checked.lead("+549112", "new", seller, "META_ADS", checked.ago("P1D"));
        checked.fill().metrics(seller, Instant.parse("2026-03-10T00:00:00Z"), NOW, 3_601, null, 0, 9);
        named("leads", leadFirst, leadLast);
        named("users", sellerFirst, sellerLast);

        assertEquals(
                List.of(
                        "La conversación con " + person + " tiene 5 mensajes recientes (puntaje 9). Asignado a: "
                                + assigned + ".",
                        "El tiempo de respuesta promedio de " + assigned + " es hoy de 1 h; el límite es de 1 h.",
                        person + " espera respuesta desde hace 5 h. Asignado a: " + assigned + "."),
                checked.run().notifications().stream()
                        .filter(row -> row.priority().equals("critical"))
                        .map(StoredNotification::message)
                        .toList());
    }

    private void named(String table, @Nullable String first, @Nullable String last) throws SQLException {
        Sql.of("update " + table + " set first_name = :first::text, last_name = :last::text")
                .with("first", first)
                .with("last", last)
                .update(connection);
    }

    @Test
    void writesEnglishTexts() throws SQLException {
        checked.parameters = "{\"language\": \"en\"}";
        waiting(PHONE, "PT2H5M");
        assertEquals(
                PHONE + " has been waiting for 2 h 5 min",
                checked.fill().run().onlyNotification().title());
    }

    @Test
    void worksWithoutTheOptionalTablesAndWarns() throws SQLException {
        try (Connection bare = CrmDatabase.create(BareCrm.class, CrmSchema.REFERENCE)) {
            CrmDatabase.execute(bare, "drop table lead_statuses");
            CrmDatabase.execute(
                    bare,
                    "insert into tenants (id, bot_phone_number, clinic_name, timezone) values (7, '', '', 'UTC')");
            CrmDatabase.execute(
                    bare,
                    "insert into users (id, email, role, status, tenant_id) values ('" + seller
                            + "', 'e', 'setter', 'active', 7)");
            CrmDatabase.execute(
                    bare,
                    "insert into chat_messages (tenant_id, from_number, role, content, assigned_seller_id, created_at)"
                            + " values (7, '+1', 'user', '', '" + seller + "', '2026-03-10T10:00:00Z')");
            CheckedCrm crm = new CheckedCrm(bare).run();
            assertEquals(1, crm.count(Counts.UNANSWERED));
            assertEquals(
                    List.of(
                            "The owner of table tenants has no table lead_statuses: only the built-in words close a lead",
                            "The owner of table tenants has no table notification_settings: no user is muted"),
                    crm.outcome.warnings());
        }
    }

    private static final class BareCrm {}
}
