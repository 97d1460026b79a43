package io.crmventas.tasks.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.demo.Database;
import io.crmventas.tasks.runner.task.model.TaskTrial;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A run that loses its session before any statement, and is repeated, writes the rows of an undisturbed run. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InterruptedRunIT {
    private CrmTemplate crm;

    @BeforeAll
    void fill() throws SQLException {
        crm = new CrmTemplate(3);
    }

    @ParameterizedTest
    @EnumSource(TaskType.class)
    void repeatedRunWritesTheRowsOfAnUndisturbedRun(TaskType type) throws SQLException {
        Database database = crm.copy();
        List<String> before = CrmTemplate.written(database);
        List<String> expected = written(database, type);
        assertNotEquals(before, expected, "the task found nothing to do");

        int call = 1;
        while (isInterrupted(type, call, expected)) {
            call++;
        }
        assertTrue(call > 5, "only " + call + " calls");
        System.out.println(type.id() + ": killed before each of its " + (call - 1) + " calls, same rows");
    }

    /** @return false when the run ended before that call */
    private boolean isInterrupted(TaskType type, int call, List<String> expected) throws SQLException {
        Database database = crm.copy();
        boolean interrupted;
        try (Connection connection = database.connect();
                Connection killer = database.connect()) {
            Interruption interruption = new Interruption(connection, killer, call);
            interrupted = failed(type, interruption);
            assertEquals(interruption.happened(), interrupted, "a lost connection must fail the run");
        }
        assertEquals(expected, interrupted ? written(database, type) : CrmTemplate.written(database), "call " + call);
        Databases.drop(database);
        return interrupted;
    }

    private static boolean failed(TaskType type, Interruption interruption) {
        try {
            TaskTrial.run(CrmTemplate.task(type), interruption.connection(), CrmTemplate.NOW);
            return false;
        } catch (SQLException lost) {
            assertFalse(String.valueOf(lost.getSQLState()).isEmpty());
            return true;
        }
    }

    private static List<String> written(Database database, TaskType type) throws SQLException {
        try (Connection connection = database.connect()) {
            TaskTrial.run(CrmTemplate.task(type), connection, CrmTemplate.NOW);
        }
        return CrmTemplate.written(database);
    }
}
