package io.crmventas.tasks.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.demo.Database;
import io.crmventas.tasks.runner.task.Outcome;
import io.crmventas.tasks.runner.task.Shard;
import io.crmventas.tasks.runner.task.model.TaskTrial;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** However the tenants are split over runs, all runs together do what one run does, and count it once. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShardedRunIT {
    private static final int TENANTS = 12;

    private LivelyCrm crm;

    /** What runs did, taken together. */
    private record Done(List<String> rows, Map<String, Long> counts) {}

    @BeforeAll
    void fill() throws SQLException {
        crm = new LivelyCrm(TENANTS);
    }

    @ParameterizedTest
    @EnumSource(TaskType.class)
    void shardsTogetherDoWhatOneRunDoes(TaskType type) throws SQLException {
        Done expected = done(type, List.of(Shard.WHOLE));
        for (int count = 2; count <= 7; count++) {
            assertEquals(expected, done(type, all(count)), count + " shards");
        }
    }

    @ParameterizedTest
    @EnumSource(TaskType.class)
    void anotherNumberOfShardsLosesAndRepeatsNothing(TaskType type) throws SQLException {
        List<String> expected = done(type, List.of(Shard.WHOLE)).rows();
        Database database = crm.copy();
        List<Shard> some = all(5).subList(0, 3);
        run(database, type, some);
        assertNotEquals(expected, LivelyCrm.written(database), "three of five shards had everything to do");
        run(database, type, all(2));
        assertEquals(expected, LivelyCrm.written(database));
        Databases.drop(database);
    }

    private Done done(TaskType type, List<Shard> shards) throws SQLException {
        Database database = crm.copy();
        Map<String, Long> counts = run(database, type, shards);
        Done done = new Done(LivelyCrm.written(database), counts);
        Databases.drop(database);
        return done;
    }

    private static Map<String, Long> run(Database database, TaskType type, List<Shard> shards) throws SQLException {
        Map<String, Long> counts = new TreeMap<>();
        try (Connection connection = database.connect()) {
            for (Shard shard : shards) {
                Outcome outcome = TaskTrial.run(LivelyCrm.task(type), connection, LivelyCrm.NOW, shard);
                outcome.counts().forEach((name, count) -> counts.merge(name, count, Long::sum));
            }
        }
        return counts;
    }

    private static List<Shard> all(int count) {
        // Backwards: the order must not matter.
        return IntStream.range(0, count)
                .mapToObj(index -> new Shard(count - 1 - index, count))
                .toList();
    }
}
