package io.crmventas.tasks.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.demo.Database;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.task.model.TaskTrial;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a second run for the same instant costs the server: no tuple, and no write-ahead log to speak of. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecondRunIT {
    /** A record of the running transactions, which the server writes now and then, and pages that a scan tidied. */
    private static final long NOISE_BYTES = 1024;

    private LivelyCrm crm;

    private record Effort(long tuples, long walBytes) {}

    @BeforeAll
    void fill() throws SQLException {
        crm = new LivelyCrm();
    }

    @ParameterizedTest
    @EnumSource(TaskType.class)
    void writesNoTuple(TaskType type) throws SQLException {
        Database database = crm.copy();
        Databases.execute(database, "alter table notifications set (autovacuum_enabled = false)");
        Databases.execute(database, "alter table seller_metrics set (autovacuum_enabled = false)");
        Databases.execute(database, "alter table chat_sessions set (autovacuum_enabled = false)");

        Effort first = effort(database, type);
        Databases.execute(database, "vacuum", "checkpoint");
        Effort second = effort(database, type);

        System.out.println(type.id() + ": first " + first + ", second " + second);
        assertTrue(first.tuples() > 0 && first.walBytes() > 4 * NOISE_BYTES, () -> "first " + first);
        assertEquals(0, second.tuples());
        assertTrue(second.walBytes() <= NOISE_BYTES, () -> "second " + second);
    }

    private static Effort effort(Database database, TaskType type) throws SQLException {
        Effort before = total(database);
        try (Connection connection = database.connect()) {
            TaskTrial.run(LivelyCrm.task(type), connection, LivelyCrm.NOW);
            Databases.execute(connection, "select pg_stat_force_next_flush()");
        }
        Effort after = total(database);
        return new Effort(after.tuples() - before.tuples(), after.walBytes() - before.walBytes());
    }

    private static Effort total(Database database) throws SQLException {
        try (Connection connection = database.connect()) {
            return Sql.of("""
                    select sum(n_tup_ins + n_tup_upd + n_tup_del)::bigint as tuples,
                      (pg_current_wal_insert_lsn() - '0/0')::bigint as wal
                    from pg_stat_user_tables""")
                    .list(connection, row -> new Effort(row.get("tuples", Long.class), row.get("wal", Long.class)))
                    .getFirst();
        }
    }
}
