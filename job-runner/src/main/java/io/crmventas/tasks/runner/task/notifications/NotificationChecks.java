package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.settings.Settings;
import io.crmventas.tasks.runner.sql.SqlFile;
import io.crmventas.tasks.runner.task.CrmTask;
import io.crmventas.tasks.runner.task.TaskRun;
import io.crmventas.tasks.runner.task.TenantDays;
import io.crmventas.tasks.runner.task.output.Notification;
import io.crmventas.tasks.runner.task.output.Notification.Priority;
import io.crmventas.tasks.runner.task.output.NotificationWriter;
import io.crmventas.tasks.runner.task.output.Texts;
import io.crmventas.tasks.runner.task.output.Texts.Language;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Task {@code notification-checks}: notifies sellers and CEOs of what needs their attention. Each check is a transaction of its
 * own, so a check that fails does not undo the checks before it.
 */
public record NotificationChecks(List<Check> checks, Language language) implements CrmTask {
    public static NotificationChecks read(Settings parameters) {
        NotificationChecks checks = new NotificationChecks(
                List.of(
                        Check.unanswered(parameters),
                        Check.hotLeads(parameters),
                        Check.followUps(parameters),
                        Check.performance(parameters)),
                Language.read(parameters));
        parameters.finish();
        return checks;
    }

    @Override
    public TaskType type() {
        return TaskType.NOTIFICATION_CHECKS;
    }

    @Override
    public List<SqlFile> statements(Set<String> absentTables) {
        return Stream.concat(
                        Arrays.stream(Check.Kind.values()).map(Check.Kind::file),
                        Stream.of(TenantDays.TENANTS, NotificationWriter.INSERT, TaskRun.ORPHANS))
                .toList();
    }

    @Override
    public void writeSample(Connection connection, SampleUser user) throws SQLException {
        List<Notification> rows = new ArrayList<>();
        for (Check.Kind kind : Check.Kind.values()) {
            for (Priority priority : Priority.values()) {
                rows.add(Notification.sample(user, kind.type, priority, kind.relatedType));
            }
        }
        NotificationWriter.insert(connection, rows, Instant.EPOCH);
    }

    @Override
    public void run(TaskRun run) throws SQLException {
        Check.Context context = run.read(
                "tenants",
                connection -> new Check.Context(
                        run.now(), TenantDays.read(connection, run), run.dialect(connection), new Texts(language)));
        for (Check check : checks) {
            if (!run.committedBefore(check.kind().count, check.kind().step)) {
                run(check, context, run);
            }
        }
        run.countOrphans();
    }

    private static void run(Check check, Check.Context context, TaskRun run) throws SQLException {
        run.write(
                check.kind().step,
                connection -> {
                    TaskRun.planForLargeRead(connection);
                    Check.Result found = check.find(connection, context);
                    return new Check.Result(
                            NotificationWriter.insert(connection, found.notifications(), run.now()), found.cut());
                },
                added -> {
                    if (!run.transactions().dryRun()) {
                        run.outcome().addNotifications(added.notifications());
                    }
                    run.outcome()
                            .count(check.kind().count, added.notifications().size());
                    String cutCount = check.kind().cutCount;
                    if (cutCount != null) {
                        run.outcome().count(cutCount, added.cut());
                    }
                });
    }
}
