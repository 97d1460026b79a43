package io.crmventas.tasks.runner.run;

import io.crmventas.tasks.runner.FakeTaskMain;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.task.output.Publication;
import java.util.concurrent.locks.LockSupport;

/** A runner whose task sleeps: in the database, or in this process when SLEEP_IN_PROCESS is set. */
public final class SleepingMain {
    private SleepingMain() {}

    public static void main(String[] args) {
        boolean inProcess = System.getenv("SLEEP_IN_PROCESS") != null;
        FakeTaskMain.main(
                run -> {
                    run.outcome().publish(new Publication.Message("notifications:1", "{}"));
                    run.steps()
                            .run(
                                    "sleep",
                                    () -> run.transactions().run(connection -> {
                                        Sql.of("insert into work values (99)").update(connection);
                                        System.out.println("asleep");
                                        while (inProcess) {
                                            LockSupport.park();
                                        }
                                        return Sql.of("select pg_sleep(60)").list(connection, row -> row);
                                    }));
                },
                args);
    }
}
