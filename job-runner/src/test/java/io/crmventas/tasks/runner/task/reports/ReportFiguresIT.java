package io.crmventas.tasks.runner.task.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.task.model.Crm;
import io.crmventas.tasks.runner.task.model.CrmDatabase;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The figures of a report. The tenant's zone is UTC, today is 10 June, and the report is about 9 June. */
class ReportFiguresIT {
    private static final Instant NOW = Instant.parse("2026-06-10T08:00:00Z");
    private static final int TENANT = 1;

    @SuppressWarnings("NullAway.Init")
    private static Connection connection;

    @SuppressWarnings("NullAway.Init")
    private ReportTrial trial;

    @SuppressWarnings("NullAway.Init")
    private Crm crm;

    @SuppressWarnings("NullAway.Init")
    private UUID ceo;

    @BeforeAll
    static void createDatabase() throws SQLException {
        connection = CrmDatabase.create(ReportFiguresIT.class, CrmSchema.REFERENCE);
    }

    @AfterAll
    static void close() throws SQLException {
        connection.close();
    }

    @BeforeEach
    void begin() {
        trial = new ReportTrial(connection);
        crm = trial.crm;
        crm.tenant(TENANT, "UTC");
        ceo = crm.user(TENANT, "ceo");
    }

    private Map<String, @Nullable Object> report() throws SQLException {
        return trial.report(NOW, TENANT, "20260609", ceo);
    }

    @Test
    void dayWithoutActivityHasZerosAndNullAverages() throws SQLException {
        assertEquals(StoredReports.plain(StoredReports.parse("""
                        {"kind": "daily_report", "date": "2026-06-09", "new_leads": 0, "won": 0, "lost": 0,
                         "won_value": 0, "messages_in": 0, "messages_out": 0, "active_conversations": 0,
                         "unanswered_now": 0, "avg_response_time_seconds": null, "best_seller_id": null,
                         "team": [{"seller_id": "%s", "conversations": 0, "messages_sent": 0,
                           "avg_response_time_seconds": null, "leads_assigned": 0, "leads_converted": 0,
                           "conversion_rate": null}]}""".formatted(ceo))), report());
    }

    @Test
    void dayIncludesItsStartAndExcludesItsEnd() throws SQLException {
        crm.talk(
                TENANT,
                "+1",
                null,
                "user 2026-06-08T23:59:59.999999Z",
                "user 2026-06-09T00:00:00Z",
                "user 2026-06-09T23:59:59.999999Z",
                "user 2026-06-10T00:00:00Z");
        crm.lead(TENANT, "new", null, "2026-06-08T23:59:59.999999Z");
        crm.lead(TENANT, "new", null, "2026-06-09T00:00:00Z");
        crm.lead(TENANT, "new", null, "2026-06-10T00:00:00Z");
        crm.decided(TENANT, "won", "2026-06-09T00:00:00Z", "1");
        crm.decided(TENANT, "won", "2026-06-10T00:00:00Z", "2");

        assertEquals("1", report().get("won"));
        assertEquals("2", report().get("messages_in"));
        assertEquals("1", report().get("new_leads"));
    }

    /** 2026-10-25 has 25 hours in Madrid, from 22:00 UTC to 23:00 UTC. */
    @Test
    void dayOfTwentyFiveHoursIsReportedAsOne() throws SQLException {
        int madrid = crm.tenant(2, "Europe/Madrid");
        UUID there = crm.user(madrid, "ceo");
        for (String at : new String[] {
            "2026-10-24T21:59:59.999999Z", "2026-10-24T22:00:00Z", "2026-10-25T22:59:59.999999Z", "2026-10-25T23:00:00Z"
        }) {
            crm.message(madrid, "+1", "user", at);
        }

        assertEquals(
                "2",
                trial.report(Instant.parse("2026-10-26T07:00:00Z"), madrid, "20261025", there)
                        .get("messages_in"));
    }

    @Test
    void responseTimesUseMessagesOfThirtyTimes24HoursBeforeTheEndOfTheDay() throws SQLException {
        crm.talk(TENANT, "+1", null, "user 2026-05-11T00:00:00Z", "assistant 2026-06-09T23:00:00Z");
        crm.talk(TENANT, "+2", null, "user 2026-05-10T23:59:59.999999Z", "assistant 2026-06-09T23:00:00Z");
        crm.talk(
                TENANT,
                "+3",
                null,
                "user 2026-05-10T23:59:59.999999Z",
                "user 2026-06-09T22:59:59Z",
                "assistant 2026-06-09T23:00:00Z");

        // (29 d 23 h + 1 s) / 2
        assertEquals("1294201", report().get("avg_response_time_seconds"));
    }

    @Test
    void decidedLeadsUseTheirFirstTimeThatIsSet() throws SQLException {
        Instant inDay = Instant.parse("2026-06-09T12:00:00Z");
        Instant anotherDay = Instant.parse("2026-06-05T12:00:00Z");
        decided("won", inDay, anotherDay, anotherDay, null);
        decided("Cerrado_Ganado", null, inDay, anotherDay, null);
        decided("client", null, null, inDay, null);
        decided("won", anotherDay, inDay, inDay, null);
        decided("won", null, null, null, null);
        decided("lost", null, inDay, anotherDay, null);
        decided("closed_lost", inDay, anotherDay, anotherDay, null);
        decided("DESCARTADO", null, null, inDay, null);
        decided("archived", null, inDay, inDay, null);

        assertEquals("3", report().get("won"));
        assertEquals("3", report().get("lost"));
    }

    @Test
    void futureLeadIsIgnoredAndLeadWithoutTimeCounts() throws SQLException {
        Instant inDay = Instant.parse("2026-06-09T12:00:00Z");
        Crm.Lead draft = crm.draft(TENANT, "won", null, null);
        crm.lead(new Crm.Lead(
                draft.id(), TENANT, draft.phone(), "won", null, null, null, null, inDay, null, null, null));
        Crm.Lead later = crm.draft(TENANT, "won", null, NOW.plusNanos(1_000));
        crm.lead(new Crm.Lead(
                later.id(),
                TENANT,
                later.phone(),
                "won",
                null,
                null,
                later.createdAt(),
                null,
                inDay,
                null,
                null,
                null));

        assertEquals("1", report().get("won"));
    }

    @Test
    void wonValueIsTheEstimateWhenTheValueIsMissingOrZero() throws SQLException {
        crm.decided(TENANT, "won", "2026-06-09T12:00:00Z", "100.25");
        crm.decided(TENANT, "won", "2026-06-09T12:00:00Z", "0.00");
        crm.decided(TENANT, "won", "2026-06-09T12:00:00Z", null);
        crm.decided(TENANT, "lost", "2026-06-09T12:00:00Z", "1000");

        // The estimate of each is 7.50.
        assertEquals("115.25", report().get("won_value"));
    }

    /** PostgreSQL accepts NaN, and Infinity in some columns. One such lead must not fail the reports of all tenants. */
    @Test
    void valueThatIsNoNumberCountsAsMissing() throws SQLException {
        crm.decided(TENANT, "won", "2026-06-09T12:00:00Z", "100.25");
        crm.decided(TENANT, "won", "2026-06-09T12:00:00Z", "1");
        crm.decided(TENANT, "won", "2026-06-09T12:00:00Z", "2");
        CrmDatabase.fill(connection, crm);
        Sql.of("alter table leads alter conversion_value type double precision").update(connection);
        Sql.of("update leads set conversion_value = 'Infinity' where conversion_value = 1")
                .update(connection);
        Sql.of("update leads set conversion_value = 'NaN' where conversion_value = 2")
                .update(connection);
        Sql.of("update leads set estimated_value = 'NaN' where phone_number = :phone")
                .with("phone", crm.leads.getLast().phone())
                .update(connection);

        trial.run(NOW);

        // The estimate of the second lead is 7.50.
        Map<String, @Nullable Object> report =
                StoredReports.read(connection).getOrDefault(ReportTrial.id(TENANT, "20260609", ceo), Map.of());
        assertEquals("107.75", report.get("won_value"));
    }

    @Test
    void unansweredNowUsesTheConditionOfTheAlert() throws SQLException {
        UUID former = crm.user(TENANT, "closer", "suspended");
        for (int i = 0; i < 55; i++) {
            crm.talk(TENANT, "+" + i, former, "user 2026-06-10T06:59:59.999999Z");
        }
        crm.talk(TENANT, "not yet an hour", former, "user 2026-06-10T07:00:00Z");
        crm.talk(TENANT, "without seller", null, "user 2026-06-10T06:00:00Z");
        crm.talk(TENANT, "answered", former, "user 2026-06-10T06:00:00Z", "assistant 2026-06-10T06:00:01Z");
        crm.talk(TENANT, "too long ago", former, "user 2026-06-09T07:59:59.999999Z");
        crm.talk(TENANT, "long, but lately again", former, "user 2026-01-09T08:00:00Z", "user 2026-06-10T07:59:00Z");
        crm.talk(TENANT, "a day", former, "user 2026-06-09T08:00:00Z");

        assertEquals("57", report().get("unanswered_now"));
    }

    private void decided(
            String status,
            @Nullable Instant converted,
            @Nullable Instant changed,
            @Nullable Instant updated,
            @Nullable BigDecimal value) {
        Crm.Lead draft = crm.draft(TENANT, status, null, Instant.parse("2026-01-01T00:00:00Z"));
        crm.lead(new Crm.Lead(
                draft.id(),
                TENANT,
                draft.phone(),
                status,
                null,
                null,
                draft.createdAt(),
                converted,
                changed,
                updated,
                value,
                value));
    }
}
