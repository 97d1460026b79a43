package io.crmventas.tasks.runner.task.notifications;

import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.NOW;
import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.PHONE;
import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.TENANT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.runner.sql.Transactions;
import io.crmventas.tasks.runner.task.Outcome;
import io.crmventas.tasks.runner.task.Shard;
import io.crmventas.tasks.runner.task.Steps;
import io.crmventas.tasks.runner.task.TaskRun;
import io.crmventas.tasks.runner.task.TenantDays;
import io.crmventas.tasks.runner.task.model.CrmDatabase;
import io.crmventas.tasks.runner.task.output.Notification;
import io.crmventas.tasks.runner.task.output.NotificationWriter;
import io.crmventas.tasks.runner.task.output.Texts;
import io.crmventas.tasks.runner.task.output.Texts.Language;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ConcurrentChecksIT extends CheckScenario {
    @Test
    void concurrentRunsAddEachNotificationOnce() throws Exception {
        for (int i = 0; i < 20; i++) {
            waiting("+" + i, "PT5H");
        }
        checked.fill();
        try (Connection first = CrmDatabase.another(ConcurrentChecksIT.class);
                Connection second = CrmDatabase.another(ConcurrentChecksIT.class)) {
            CheckedCrm other = new CheckedCrm(second);
            Transactions open = new Transactions(first, false, _ -> true);
            open.run(inFirst -> {
                Check.Context context = context(inFirst);
                Check.Result result = CheckedCrm.task("{}").checks().getFirst().find(inFirst, context);
                assertEquals(
                        40,
                        NotificationWriter.insert(inFirst, result.notifications(), NOW)
                                .size());
                other.startAndWaitUntilBlocked(ConcurrentChecksIT.class);
                return null;
            });
            other.finish();
            assertEquals(0, other.count(Counts.UNANSWERED));
            assertEquals(40, checked.notifications().size());
        }
    }

    @Test
    void recipientDeletedDuringTheRunIsSkipped() throws Exception {
        long first = waiting(PHONE, "PT5H");
        checked.fill();
        try (Connection crm = CrmDatabase.another(ConcurrentChecksIT.class);
                Connection second = CrmDatabase.another(ConcurrentChecksIT.class)) {
            CheckedCrm run = new CheckedCrm(second);
            new Transactions(crm, false, _ -> true).run(deleting -> {
                CrmDatabase.execute(deleting, "delete from users where id = '" + ceo + "'");
                run.startAndWaitUntilBlocked(ConcurrentChecksIT.class);
                return null;
            });
            run.finish();
            assertEquals(1, run.count(Counts.UNANSWERED));
            assertEquals(List.of("unanswered:" + first + ":high:" + seller), checked.ids());
        }
    }

    @Test
    void insertSkipsUsersDeletedSinceTheQuery() throws SQLException {
        checked.fill();
        UUID deleted = UUID.fromString("00000000-0000-4000-8000-00000000dead");
        Notification.Content content = new Notification.Content(
                "followup", Notification.Priority.LOW, new Notification.Text("title", "message"), "{}");
        List<Notification> added = new Transactions(connection, false, _ -> true)
                .run(session -> NotificationWriter.insert(
                        session,
                        List.of(
                                new Notification("a", TENANT, deleted, content, null, null, NOW),
                                new Notification("b", 99, seller, content, null, null, NOW),
                                new Notification("c", TENANT, seller, content, deleted, null, NOW)),
                        NOW));
        assertEquals(List.of("c"), added.stream().map(Notification::id).toList());
        assertNull(checked.onlyNotification().sender());
    }

    private static Check.Context context(Connection session) throws SQLException {
        TaskRun run = new TaskRun(
                NOW, Shard.WHOLE, new Transactions(session, false, _ -> true), new Steps(), new Outcome(), Set.of());
        return new Check.Context(NOW, TenantDays.read(session, run), run.dialect(session), new Texts(Language.ES));
    }
}
