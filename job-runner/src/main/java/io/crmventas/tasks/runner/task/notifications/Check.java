package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.runner.sql.SqlFile;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** One kind of thing to tell. */
sealed interface Check permits UnansweredCheck, HotLeadCheck, FollowUpCheck, PerformanceCheck {
    /** The statement that finds what to notify of. */
    SqlFile file();

    /** Of the step in the run report. */
    String step();

    /** Key of the inserted rows in the run report. */
    String count();

    /** Key of what a cap left for the next run; null where there is no cap. */
    @Nullable
    String cutCount();

    CheckResult find(Connection connection, CheckContext context) throws SQLException;
}
