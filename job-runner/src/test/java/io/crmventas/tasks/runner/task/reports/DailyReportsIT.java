package io.crmventas.tasks.runner.task.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.task.model.Crm;
import io.crmventas.tasks.runner.task.model.CrmDatabase;
import io.crmventas.tasks.runner.task.model.TaskTrial;
import io.crmventas.tasks.runner.task.output.Texts.Language;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Recipients and days of the reports. The tenant's zone is UTC, and today is 10 June. */
class DailyReportsIT {
    private static final Instant NOW = Instant.parse("2026-06-10T08:00:00Z");
    private static final int TENANT = 1;

    @SuppressWarnings("NullAway.Init")
    private static Connection connection;

    @SuppressWarnings("NullAway.Init")
    private ReportTrial trial;

    @SuppressWarnings("NullAway.Init")
    private UUID ceo;

    @BeforeAll
    static void createDatabase() throws SQLException {
        connection = CrmDatabase.create(DailyReportsIT.class, CrmSchema.REFERENCE_AND_OPTIONAL);
    }

    @AfterAll
    static void close() throws SQLException {
        connection.close();
    }

    @BeforeEach
    void begin() {
        trial = new ReportTrial(connection);
        trial.crm.tenant(TENANT, "UTC");
        ceo = trial.crm.user(TENANT, "ceo");
    }

    private static Set<String> ids() throws SQLException {
        return new TreeSet<>(StoredReports.read(connection).keySet());
    }

    @Test
    void everyActiveCeoGetsOneReportForEachOfTheLastThreeDays() throws SQLException {
        UUID second = trial.crm.user(TENANT, "ceo");
        trial.crm.user(TENANT, "ceo", "suspended");
        trial.crm.user(TENANT, "secretary");
        trial.crm.user(TENANT, "closer");
        trial.crm.user(null, "ceo");
        trial.crm.tenant(2, "UTC");

        trial.reports(NOW);

        Set<String> expected = new TreeSet<>();
        for (String day : List.of("20260609", "20260608", "20260607")) {
            expected.add(ReportTrial.id(TENANT, day, ceo));
            expected.add(ReportTrial.id(TENANT, day, second));
        }
        assertEquals(expected, ids());
    }

    /** The CRM lists notifications by created_at, so the reports of one run differ by a microsecond a day. */
    @Test
    void reportIsAnOrdinaryNotificationOfMediumPriority() throws SQLException {
        trial.reports(NOW);

        List<String> found = Sql.of("""
                select concat_ws('|', tenant_id, type, priority, recipient_id, coalesce(sender_id::text, 'none'),
                  coalesce(related_entity_type, 'none'), coalesce(related_entity_id, 'none'), read,
                  to_char(expires_at at time zone 'UTC', 'MM-DD HH24:MI:SS.US'),
                  to_char(created_at at time zone 'UTC', 'MM-DD HH24:MI:SS.US'), title) as text
                from notifications order by created_at desc""").list(connection, row -> row.get("text", String.class));

        String same = "1|metric_alert|medium|" + ceo + "|none|none|none|f|06-17 08:00:00.000000|06-10 ";
        assertEquals(
                List.of(
                        same + "08:00:00.000000|Reporte diario del 09/06/2026",
                        same + "07:59:59.999999|Reporte diario del 08/06/2026",
                        same + "07:59:59.999998|Reporte diario del 07/06/2026"),
                found);
    }

    @Test
    void dayBeforeTheTenantWasCreatedHasNoReport() throws SQLException {
        Crm crm = trial.crm;
        crm.tenants.clear();
        crm.tenants.add(new Crm.Tenant(TENANT, "UTC", Instant.parse("2026-06-09T00:00:00Z")));
        crm.tenants.add(new Crm.Tenant(2, "UTC", Instant.parse("2026-06-08T23:59:59.999999Z")));
        crm.tenants.add(new Crm.Tenant(3, "UTC", null));
        UUID second = crm.user(2, "ceo");
        UUID third = crm.user(3, "ceo");

        trial.reports(NOW);

        assertEquals(
                Map.of(ceo, 1L, second, 2L, third, 3L),
                ids().stream()
                        .collect(Collectors.groupingBy(
                                id -> UUID.fromString(id.substring(id.lastIndexOf('_') + 1)), Collectors.counting())));
    }

    @Test
    void mutedCeoGetsNoReportUntilTheMuteEnds() throws SQLException {
        UUID muted = trial.crm.user(TENANT, "ceo");
        UUID mutedType = trial.crm.user(TENANT, "ceo");
        UUID invalid = trial.crm.user(TENANT, "ceo");
        UUID ended = trial.crm.user(TENANT, "ceo");
        trial.crm.mutes.add(new Crm.Mute(muted.toString(), NOW.plusNanos(1_000), null));
        trial.crm.mutes.add(new Crm.Mute(mutedType.toString(), null, "[\"metric_alert\"]"));
        trial.crm.mutes.add(new Crm.Mute(invalid.toString(), null, "{\"metric_alert\": true}"));
        trial.crm.mutes.add(new Crm.Mute(ended.toString(), NOW, "\"metric_alert\""));

        trial.reports(NOW);

        assertEquals(
                Set.of(ceo, invalid, ended),
                ids().stream()
                        .map(id -> UUID.fromString(id.substring(id.lastIndexOf('_') + 1)))
                        .collect(Collectors.toSet()));
    }

    @Test
    void daysAreThoseOfTheTenantsZone() throws SQLException {
        int kiritimati = trial.crm.tenant(2, "Pacific/Kiritimati");
        UUID there = trial.crm.user(kiritimati, "ceo");

        // At 12:00 UTC it is the 11th there, 14 hours ahead.
        trial.reports(Instant.parse("2026-06-10T12:00:00Z"));

        assertTrue(ids().contains(ReportTrial.id(kiritimati, "20260610", there)));
        assertFalse(ids().contains(ReportTrial.id(kiritimati, "20260607", there)));
    }

    @Test
    void numberOfDaysIsAParameter() throws SQLException {
        CrmDatabase.fill(connection, trial.crm);

        TaskTrial.run(new DailyReports(31, Language.EN), connection, NOW);

        assertEquals(31, ids().size());
        assertTrue(ids().contains(ReportTrial.id(TENANT, "20260510", ceo)));
    }
}
