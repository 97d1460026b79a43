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

/** The shards of a run together write the rows, and report the counts, of one run for all tenants. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShardedRunIT {
    private static final int TENANTS = 12;

    private CrmTemplate crm;

    /** The rows and the summed counts of several runs. */
    private record Result(List<String> rows, Map<String, Long> counts) {}

    @BeforeAll
    void fill() throws SQLException {
        crm = new CrmTemplate(TENANTS);
    }

    @ParameterizedTest
    @EnumSource(TaskType.class)
    void shardsTogetherDoWhatOneRunDoes(TaskType type) throws SQLException {
        Result expected = result(type, List.of(Shard.WHOLE));
        for (int count = 2; count <= 7; count++) {
            assertEquals(expected, result(type, all(count)), count + " shards");
        }
    }

    @ParameterizedTest
    @EnumSource(TaskType.class)
    void anotherNumberOfShardsLosesAndRepeatsNoRow(TaskType type) throws SQLException {
        List<String> expected = result(type, List.of(Shard.WHOLE)).rows();
        Database database = crm.copy();
        List<Shard> some = all(5).subList(0, 3);
        run(database, type, some);
        assertNotEquals(expected, CrmTemplate.written(database), "three of five shards did all the work");
        run(database, type, all(2));
        assertEquals(expected, CrmTemplate.written(database));
        Databases.drop(database);
    }

    private Result result(TaskType type, List<Shard> shards) throws SQLException {
        Database database = crm.copy();
        Map<String, Long> counts = run(database, type, shards);
        Result result = new Result(CrmTemplate.written(database), counts);
        Databases.drop(database);
        return result;
    }

    private static Map<String, Long> run(Database database, TaskType type, List<Shard> shards) throws SQLException {
        Map<String, Long> counts = new TreeMap<>();
        try (Connection connection = database.connect()) {
            for (Shard shard : shards) {
                Outcome outcome = TaskTrial.run(CrmTemplate.task(type), connection, CrmTemplate.NOW, shard);
                outcome.counts().forEach((name, count) -> counts.merge(name, count, Long::sum));
            }
        }
        return counts;
    }

    private static List<Shard> all(int count) {
        // The last shard runs first, because the order must not matter.
        return IntStream.range(0, count)
                .mapToObj(index -> new Shard(count - 1 - index, count))
                .toList();
    }
}
