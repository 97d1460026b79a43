package io.crmventas.tasks.runner.task.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.sql.SqlArray;
import io.crmventas.tasks.runner.task.Shard;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The hash in SQL is the hash in Java. */
class ShardSqlIT {
    @Test
    void agreesWithJavaOnEveryTenant() throws SQLException {
        List<Integer> ids = IntStream.concat(
                        IntStream.of(0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE), new Random(3).ints(1_000))
                .boxed()
                .toList();
        try (Connection connection = CrmDatabase.create(getClass(), CrmSchema.REFERENCE)) {
            for (int count : new int[] {1, 2, 3, 7, 64}) {
                for (int index = 0; index < count; index++) {
                    Shard shard = new Shard(index, count);
                    assertEquals(
                            ids.stream().filter(shard::holds).toList(),
                            Sql.of("select id from unnest(:ids::int[]) with ordinality r (id, n) where "
                                            + shard.holding("r.id") + " order by n")
                                    .with("ids", SqlArray.of("int4", ids, id -> id))
                                    .list(connection, row -> row.get("id", Integer.class)));
                }
            }
        }
    }
}
