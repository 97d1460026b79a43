package io.crmventas.tasks.runner.run;

import io.crmventas.tasks.runner.Embedded;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.task.Outcome.Publication;
import java.util.concurrent.locks.LockSupport;

/** A runner whose task sleeps in the database, or at home when told so. */
public final class SleepingMain {
    private SleepingMain() {}

    public static void main(String[] args) {
        boolean deaf = System.getenv("SLEEP_AT_HOME") != null;
        Embedded.main(
                run -> {
                    run.outcome().publish(new Publication.Message("notifications:1", "{}"));
                    run.steps()
                            .run(
                                    "dream",
                                    () -> run.transactions().run(connection -> {
                                        Sql.of("insert into work values (99)").update(connection);
                                        System.out.println("asleep");
                                        while (deaf) {
                                            LockSupport.park();
                                        }
                                        return Sql.of("select pg_sleep(60)").list(connection, row -> row);
                                    }));
                },
                args);
    }
}
