package io.crmventas.tasks.runner.task.notifications;

import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.NOW;
import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.PHONE;
import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.TENANT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.contract.StepReport;
import io.crmventas.tasks.runner.sql.Transactions;
import io.crmventas.tasks.runner.task.Outcome.Publication;
import io.crmventas.tasks.runner.task.Shard;
import io.crmventas.tasks.runner.task.Steps;
import io.crmventas.tasks.runner.task.TaskRun;
import io.crmventas.tasks.runner.task.model.CrmDatabase;
import io.crmventas.tasks.runner.task.notifications.CheckedCrm.Told;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NotificationChecksIT extends CheckScenario {
    /** One thing of each type, seven rows. */
    private CheckedCrm oneOfEach() throws SQLException {
        waiting(PHONE, "PT5H");
        at.lead("+hot", "new", seller, "META_ADS", at.ago("P1D"));
        for (int i = 0; i < 5; i++) {
            at.assistant("+hot", at.ago("PT1H"));
        }
        at.crm.assign(TENANT, "+quiet", seller, "2025-01-01T00:00:00Z");
        at.assistant("+quiet", at.ago("P5D"));
        return at.fill().metrics(seller, Instant.parse("2026-03-10T00:00:00Z"), NOW, 4_000, null, 0, 9);
    }

    @Test
    void addsNothingWhenRunAgain() throws SQLException {
        oneOfEach().run();
        assertEquals(
                Map.of(
                        Counts.UNANSWERED, 2L,
                        Counts.HOT_LEAD, 2L,
                        Counts.FOLLOW_UP, 1L,
                        Counts.PERFORMANCE, 2L,
                        Counts.UNANSWERED_CUT, 0L,
                        Counts.HOT_LEAD_CUT, 0L,
                        Counts.FOLLOW_UP_CUT, 0L,
                        Counts.ORPHAN_MESSAGES, 0L),
                at.outcome.counts());
        List<Told> told = at.told();
        at.run();
        assertEquals(told, at.told());
        assertEquals(
                0,
                at.outcome.counts().values().stream().mapToLong(Long::longValue).sum());
        assertEquals(List.of(), at.outcome.publications());
    }

    @Test
    void leavesNothingBehindInADryRunAndReportsTheSame() throws SQLException {
        oneOfEach().run(connection, true);
        Map<String, Long> dry = at.outcome.counts();
        assertEquals(List.of(), at.told());
        assertEquals(List.of(), at.outcome.publications());
        at.run();
        assertEquals(dry, at.outcome.counts());
        assertEquals(7, at.told().size());
    }

    @Test
    void doesNotDependOnTheTimeZoneOfTheSession() throws SQLException {
        // In New York the clocks jumped two days before, so a day of the calendar had 23 hours.
        at.crm.assign(TENANT, PHONE, seller, "2025-01-01T00:00:00Z");
        at.assistant(PHONE, at.ago("P3D"));
        at.crm.assign(TENANT, "+2", seller, "2025-01-01T00:00:00Z");
        long newest = at.assistant("+2", at.ago("P3D", 1));
        at.fill();
        CrmDatabase.execute(connection, "set time zone 'America/New_York'");
        try {
            assertEquals("followup:" + newest + ":" + seller, at.run().only().id());
        } finally {
            connection.setAutoCommit(true);
            CrmDatabase.execute(connection, "reset time zone");
        }
    }

    @Test
    void ringsOnceForEachRecipientWithTheMostUrgentFive() throws SQLException {
        for (int i = 0; i < 4; i++) {
            waiting("+" + i, "PT5H");
        }
        at.crm.assign(TENANT, "+quiet", ceo, "2025-01-01T00:00:00Z");
        long quiet = at.assistant("+quiet", at.ago("P5D"));
        at.fill().metrics(ceo, Instant.parse("2026-03-10T00:00:00Z"), NOW, 4_000, null, 0, 9);
        at.run();

        List<Publication.Message> rung = at.outcome.publications().stream()
                .map(Publication.Message.class::cast)
                .toList();
        assertEquals(
                List.of("notifications:" + seller, "notifications:" + ceo),
                rung.stream().map(Publication.Message::channel).toList());
        JsonNode event = CheckedCrm.json(rung.getLast().json());
        assertEquals("new_notifications", event.get("type").textValue());
        assertEquals(7, event.get("count").intValue());
        List<Told> mine =
                at.told().stream().filter(told -> told.recipient().equals(ceo)).toList();
        assertEquals(7, mine.size());
        assertEquals("followup:" + quiet + ":" + ceo, mine.getFirst().id());
        List<Told> critical =
                mine.stream().filter(told -> told.priority().equals("critical")).toList();
        assertEquals(5, event.get("notifications").size());
        for (int i = 0; i < 5; i++) {
            Told told = critical.get(i);
            JsonNode shown = event.get("notifications").get(i);
            assertEquals(
                    List.of(told.id(), told.type(), told.title(), told.message(), "critical", "2026-03-10T12:00:00Z"),
                    List.of("id", "type", "title", "message", "priority", "created_at").stream()
                            .map(key -> shown.get(key).textValue())
                            .toList());
            assertEquals(6, shown.size());
        }
    }

    @Test
    void keepsWhatEarlierChecksToldWhenALaterOneFails() throws SQLException {
        at.parameters = "{\"maxUnanswered\": 1}";
        waiting("+a", "PT2H");
        waiting("+b", "PT2H");
        at.fill();
        CrmDatabase.execute(connection, "alter table seller_metrics rename to hidden");
        try {
            assertThrows(SQLException.class, at::run);
            assertEquals("performance", at.steps.current());
            assertEquals(1, at.ids().size());
            assertEquals(1, at.outcome.publications().size());
        } finally {
            connection.setAutoCommit(true);
            CrmDatabase.execute(connection, "alter table hidden rename to seller_metrics");
        }

        // The next attempt of the same run does the rest, and the cap is not filled a second time.
        Steps again = new Steps();
        CheckedCrm.task(at.parameters)
                .run(new TaskRun(
                        NOW, Shard.WHOLE, new Transactions(connection, false, anyone -> true), again, at.outcome));
        assertEquals(1, at.ids().size());
        assertEquals(1, at.count(Counts.UNANSWERED_CUT));
        assertEquals(0, at.count(Counts.PERFORMANCE));
        assertEquals(1, at.outcome.publications().size());
        assertEquals(
                List.of("done", "skipped", "skipped", "skipped", "done", "done"),
                again.finished().stream().map(StepReport::outcome).toList());
    }
}
