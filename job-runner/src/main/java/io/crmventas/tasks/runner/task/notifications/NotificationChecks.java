package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.task.CrmTask;
import io.crmventas.tasks.runner.task.Orphans;
import io.crmventas.tasks.runner.task.Outcome;
import io.crmventas.tasks.runner.task.PlannerSettings;
import io.crmventas.tasks.runner.task.TaskRun;
import io.crmventas.tasks.runner.task.TenantDays;
import io.crmventas.tasks.runner.task.Words;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Tells sellers and CEOs what waits for them. Each check is a transaction of its own: when a later one fails, what
 * the earlier ones told stays told, and their recipients hear of it.
 */
public record NotificationChecks(NotificationParameters parameters) implements CrmTask {
    private static final List<Check> CHECKS =
            List.of(new UnansweredCheck(), new HotLeadCheck(), new FollowUpCheck(), new PerformanceCheck());

    @Override
    public TaskType type() {
        return TaskType.NOTIFICATION_CHECKS;
    }

    @Override
    public void run(TaskRun run) throws SQLException {
        Situation situation =
                run.steps().run("tenants", () -> run.transactions().run(connection -> situation(connection, run)));
        Doorbell doorbell = new Doorbell();
        try {
            for (Check check : CHECKS) {
                tell(check, situation, run, doorbell);
            }
        } finally {
            if (!run.transactions().dryRun()) {
                doorbell.ring(run.outcome(), run.now());
            }
        }
        if (!committedBefore(Counts.ORPHAN_MESSAGES, Orphans.STEP, run)) {
            Orphans.count(run);
        }
    }

    private Situation situation(Connection connection, TaskRun run) throws SQLException {
        return new Situation(
                run.now(),
                TenantDays.read(connection, run),
                Words.read(connection, run.outcome()),
                parameters,
                Texts.in(parameters.language()));
    }

    private record Told(List<Notification> added, long cut) {}

    private static void tell(Check check, Situation situation, TaskRun run, Doorbell doorbell) throws SQLException {
        if (committedBefore(check.count(), check.step(), run)) {
            return;
        }
        Told told = run.steps()
                .run(
                        check.step(),
                        () -> run.transactions().run(connection -> {
                            PlannerSettings.forOneGreatRead(connection);
                            Found found = check.find(connection, situation);
                            return new Told(Inserted.insert(connection, found.notifications(), run.now()), found.cut());
                        }));
        doorbell.add(told.added());
        run.outcome().count(check.count(), told.added().size());
        String cutCount = check.cutCount();
        if (cutCount != null) {
            run.outcome().count(cutCount, told.cut());
        }
    }

    /** A cap holds for the whole run: an attempt after a fault must not fill it again. */
    private static boolean committedBefore(String count, String step, TaskRun run) {
        Outcome outcome = run.outcome();
        boolean committed = outcome.counts().containsKey(count);
        if (committed) {
            run.steps().skip(step, "an earlier attempt of this run did it");
        }
        return committed;
    }
}
