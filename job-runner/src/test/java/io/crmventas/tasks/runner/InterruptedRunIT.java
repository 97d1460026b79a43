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

/** A run that dies at any of its statements, and is done again, ends in the same rows as one that never died. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InterruptedRunIT {
    private LivelyCrm crm;

    @BeforeAll
    void fill() throws SQLException {
        crm = new LivelyCrm(3);
    }

    @ParameterizedTest
    @EnumSource(TaskType.class)
    void leavesWhatOneUntouchedRunLeaves(TaskType type) throws SQLException {
        Database database = crm.copy();
        List<String> before = LivelyCrm.written(database);
        List<String> expected = written(database, type);
        assertNotEquals(before, expected, "the task found nothing to do");

        int call = 1;
        while (dies(type, call, expected)) {
            call++;
        }
        assertTrue(call > 5, "only " + call + " calls");
        System.out.println(type.id() + ": killed before each of its " + (call - 1) + " calls, same rows");
    }

    /** False when the run came to its end before that call. */
    private boolean dies(TaskType type, int call, List<String> expected) throws SQLException {
        Database database = crm.copy();
        boolean died;
        try (Connection connection = database.connect();
                Connection killer = database.connect()) {
            Interruption interruption = new Interruption(connection, killer, call);
            died = failed(type, interruption);
            assertEquals(interruption.happened(), died, "a lost connection must not pass for success");
        }
        assertEquals(expected, died ? written(database, type) : LivelyCrm.written(database), "call " + call);
        Databases.drop(database);
        return died;
    }

    private static boolean failed(TaskType type, Interruption interruption) {
        try {
            TaskTrial.run(LivelyCrm.task(type), interruption.connection(), LivelyCrm.NOW);
            return false;
        } catch (SQLException lost) {
            assertFalse(String.valueOf(lost.getSQLState()).isEmpty());
            return true;
        }
    }

    private static List<String> written(Database database, TaskType type) throws SQLException {
        try (Connection connection = database.connect()) {
            TaskTrial.run(LivelyCrm.task(type), connection, LivelyCrm.NOW);
        }
        return LivelyCrm.written(database);
    }
}
