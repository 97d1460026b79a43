package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.sql.SqlFile;
import io.crmventas.tasks.runner.task.CrmTask;
import io.crmventas.tasks.runner.task.OptionalTables;
import io.crmventas.tasks.runner.task.Orphans;
import io.crmventas.tasks.runner.task.PlannerSettings;
import io.crmventas.tasks.runner.task.SampleUser;
import io.crmventas.tasks.runner.task.TaskRun;
import io.crmventas.tasks.runner.task.TenantDays;
import io.crmventas.tasks.runner.task.output.Doorbell;
import io.crmventas.tasks.runner.task.output.Notification;
import io.crmventas.tasks.runner.task.output.NotificationWriter;
import io.crmventas.tasks.runner.task.output.Priority;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Task {@code notification-checks}: notifies sellers and CEOs of what waits for them. Each check is a transaction of its
 * own, so a check that fails does not undo the checks before it.
 */
public record NotificationChecks(NotificationParameters parameters) implements CrmTask {
    private static final List<Check> CHECKS =
            List.of(new UnansweredCheck(), new HotLeadCheck(), new FollowUpCheck(), new PerformanceCheck());

    @Override
    public TaskType type() {
        return TaskType.NOTIFICATION_CHECKS;
    }

    @Override
    public List<SqlFile> statements() {
        return Stream.concat(
                        CHECKS.stream().map(Check::file),
                        Stream.of(TenantDays.TENANTS, NotificationWriter.INSERT, Orphans.COUNT))
                .toList();
    }

    @Override
    public void writeSample(Connection connection, SampleUser user) throws SQLException {
        List<Notification> rows = new ArrayList<>();
        for (String type :
                List.of(UnansweredCheck.TYPE, HotLeadCheck.TYPE, FollowUpCheck.TYPE, PerformanceCheck.TYPE)) {
            for (Priority priority : Priority.values()) {
                rows.add(Notification.sample(user, type, priority, "lead"));
            }
        }
        NotificationWriter.insert(connection, rows, Instant.EPOCH);
    }

    @Override
    public void run(TaskRun run) throws SQLException {
        CheckContext context =
                run.steps().run("tenants", () -> run.transactions().run(connection -> context(connection, run)));
        Doorbell doorbell = new Doorbell();
        if (!run.transactions().dryRun()) {
            run.outcome().publishAtEnd(doorbell::messages);
        }
        for (Check check : CHECKS) {
            if (!run.committedBefore(check.count(), check.step())) {
                run(check, context, run, doorbell);
            }
        }
        Orphans.count(run);
    }

    private CheckContext context(Connection connection, TaskRun run) throws SQLException {
        return new CheckContext(
                run.now(),
                TenantDays.read(connection, run),
                OptionalTables.read(connection, run.outcome()),
                parameters,
                Texts.in(parameters.language()));
    }

    private record Written(List<Notification> added, long cut) {}

    private static void run(Check check, CheckContext context, TaskRun run, Doorbell doorbell) throws SQLException {
        run.steps()
                .run(
                        check.step(),
                        () -> run.transactions()
                                .run(
                                        connection -> {
                                            PlannerSettings.forOneGreatRead(connection);
                                            CheckResult result = check.find(connection, context);
                                            return new Written(
                                                    NotificationWriter.insert(
                                                            connection, result.notifications(), run.now()),
                                                    result.cut());
                                        },
                                        written -> {
                                            doorbell.add(written.added());
                                            run.outcome()
                                                    .count(
                                                            check.count(),
                                                            written.added().size());
                                            String cutCount = check.cutCount();
                                            if (cutCount != null) {
                                                run.outcome().count(cutCount, written.cut());
                                            }
                                        }));
    }
}
