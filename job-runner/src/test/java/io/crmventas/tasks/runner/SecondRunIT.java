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

/** A second run for the same instant writes no tuple and almost no write-ahead log. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecondRunIT {
    private CrmTemplate crm;

    private record Effort(long tuples, long walBytes) {}

    @BeforeAll
    void fill() throws SQLException {
        crm = new CrmTemplate(3);
    }

    @ParameterizedTest
    @EnumSource(TaskType.class)
    void secondRunWritesNoTuple(TaskType type) throws SQLException {
        Database database = crm.copy();
        Effort first = effort(database, type);
        Databases.execute(database, "vacuum");
        Effort second = effort(database, type);

        System.out.println(type.id() + ": first " + first + ", second " + second);
        assertTrue(first.tuples() > 0, () -> "first " + first);
        assertEquals(0, second.tuples());
        // It is 0, unless a checkpoint happens in between. The server then logs pages with new hint bits.
        assertTrue(second.walBytes() * 10 < first.walBytes(), () -> "first " + first + ", second " + second);
    }

    /** Measures only this session, because background processes of the server write as well. */
    private static Effort effort(Database database, TaskType type) throws SQLException {
        try (Connection connection = database.connect()) {
            long before = tuples(connection);
            TaskTrial.run(CrmTemplate.task(type), connection, CrmTemplate.NOW);
            Databases.execute(connection, "select pg_stat_force_next_flush()");
            return new Effort(
                    tuples(connection) - before,
                    number(connection, "select wal_bytes::bigint as n from pg_stat_get_backend_wal(pg_backend_pid())"));
        }
    }

    private static long tuples(Connection connection) throws SQLException {
        return number(
                connection,
                "select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint as n from pg_stat_user_tables");
    }

    private static long number(Connection connection, String query) throws SQLException {
        return Sql.of(query).list(connection, row -> row.get("n", Long.class)).getFirst();
    }
}
