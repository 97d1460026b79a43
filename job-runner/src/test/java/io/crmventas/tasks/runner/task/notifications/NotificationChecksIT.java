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
import io.crmventas.tasks.runner.task.Shard;
import io.crmventas.tasks.runner.task.Steps;
import io.crmventas.tasks.runner.task.TaskRun;
import io.crmventas.tasks.runner.task.model.CrmDatabase;
import io.crmventas.tasks.runner.task.notifications.CheckedCrm.StoredNotification;
import io.crmventas.tasks.runner.task.output.Publication;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NotificationChecksIT extends CheckScenario {
    /** Fills a CRM for which a run adds seven notifications, with every type among them. */
    private CheckedCrm oneOfEach() throws SQLException {
        waiting(PHONE, "PT5H");
        checked.lead("+hot", "new", seller, "META_ADS", checked.ago("P1D"));
        for (int i = 0; i < 5; i++) {
            checked.assistant("+hot", checked.ago("PT1H"));
        }
        checked.crm.assign(TENANT, "+quiet", seller, "2025-01-01T00:00:00Z");
        checked.assistant("+quiet", checked.ago("P5D"));
        return checked.fill().metrics(seller, Instant.parse("2026-03-10T00:00:00Z"), NOW, 4_000, null, 0, 9);
    }

    @Test
    void secondRunAddsNothing() throws SQLException {
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
                checked.outcome.counts());
        List<StoredNotification> notifications = checked.notifications();
        checked.run();
        assertEquals(notifications, checked.notifications());
        assertEquals(
                0,
                checked.outcome.counts().values().stream()
                        .mapToLong(Long::longValue)
                        .sum());
        assertEquals(List.of(), checked.outcome.publications());
    }

    @Test
    void dryRunAddsNothingAndReportsTheSameCounts() throws SQLException {
        oneOfEach().run(connection, true);
        Map<String, Long> dry = checked.outcome.counts();
        assertEquals(List.of(), checked.notifications());
        assertEquals(List.of(), checked.outcome.publications());
        checked.run();
        assertEquals(dry, checked.outcome.counts());
        assertEquals(7, checked.notifications().size());
    }

    @Test
    void doesNotDependOnTheTimeZoneOfTheSession() throws SQLException {
        // In New York the clocks changed two days before, so one calendar day had 23 hours.
        checked.crm.assign(TENANT, PHONE, seller, "2025-01-01T00:00:00Z");
        checked.assistant(PHONE, checked.ago("P3D"));
        checked.crm.assign(TENANT, "+2", seller, "2025-01-01T00:00:00Z");
        long newest = checked.assistant("+2", checked.ago("P3D", 1));
        checked.fill();
        CrmDatabase.execute(connection, "set time zone 'America/New_York'");
        try {
            assertEquals(
                    "followup:" + newest + ":" + seller,
                    checked.run().onlyNotification().id());
        } finally {
            connection.setAutoCommit(true);
            CrmDatabase.execute(connection, "reset time zone");
        }
    }

    @Test
    void publishesOneMessageForEachRecipientWithTheFiveMostUrgent() throws SQLException {
        for (int i = 0; i < 4; i++) {
            waiting("+" + i, "PT5H");
        }
        checked.crm.assign(TENANT, "+quiet", ceo, "2025-01-01T00:00:00Z");
        long quiet = checked.assistant("+quiet", checked.ago("P5D"));
        checked.fill().metrics(ceo, Instant.parse("2026-03-10T00:00:00Z"), NOW, 4_000, null, 0, 9);
        checked.run();

        List<Publication.Message> published = checked.outcome.publications().stream()
                .map(Publication.Message.class::cast)
                .toList();
        assertEquals(
                List.of("notifications:" + seller, "notifications:" + ceo),
                published.stream().map(Publication.Message::channel).toList());
        JsonNode event = CheckedCrm.json(published.getLast().json());
        assertEquals("new_notifications", event.get("type").textValue());
        assertEquals(7, event.get("count").intValue());
        List<StoredNotification> ofCeo = checked.notifications().stream()
                .filter(stored -> stored.recipient().equals(ceo))
                .toList();
        assertEquals(7, ofCeo.size());
        assertEquals("followup:" + quiet + ":" + ceo, ofCeo.getFirst().id());
        List<StoredNotification> critical = ofCeo.stream()
                .filter(stored -> stored.priority().equals("critical"))
                .toList();
        assertEquals(5, event.get("notifications").size());
        for (int i = 0; i < 5; i++) {
            StoredNotification notification = critical.get(i);
            JsonNode shown = event.get("notifications").get(i);
            assertEquals(
                    List.of(
                            notification.id(),
                            notification.type(),
                            notification.title(),
                            notification.message(),
                            "critical",
                            "2026-03-10T12:00:00Z"),
                    List.of("id", "type", "title", "message", "priority", "created_at").stream()
                            .map(key -> shown.get(key).textValue())
                            .toList());
            assertEquals(6, shown.size());
        }
    }

    @Test
    void failingCheckKeepsTheNotificationsOfEarlierChecks() throws SQLException {
        checked.parameters = "{\"maxUnanswered\": 1}";
        waiting("+a", "PT2H");
        waiting("+b", "PT2H");
        checked.fill();
        CrmDatabase.execute(connection, "alter table seller_metrics rename to hidden");
        try {
            assertThrows(SQLException.class, checked::run);
            assertEquals("performance", checked.steps.current());
            assertEquals(1, checked.ids().size());
            assertEquals(1, checked.outcome.publications().size());
        } finally {
            connection.setAutoCommit(true);
            CrmDatabase.execute(connection, "alter table hidden rename to seller_metrics");
        }

        // The next attempt of the same run does the rest, and the cap is not filled a second time.
        Steps again = new Steps();
        CheckedCrm.task(checked.parameters)
                .run(new TaskRun(
                        NOW,
                        Shard.WHOLE,
                        new Transactions(connection, false, _ -> true),
                        again,
                        checked.outcome,
                        Set.of()));
        assertEquals(1, checked.ids().size());
        assertEquals(1, checked.count(Counts.UNANSWERED_CUT));
        assertEquals(0, checked.count(Counts.PERFORMANCE));
        assertEquals(1, checked.outcome.publications().size());
        assertEquals(
                List.of("done", "skipped", "skipped", "skipped", "done", "done"),
                again.finished().stream().map(StepReport::outcome).toList());
    }
}
