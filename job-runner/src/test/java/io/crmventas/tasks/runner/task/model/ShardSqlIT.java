package io.crmventas.tasks.runner.task.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.sql.SqlFile;
import io.crmventas.tasks.runner.task.Shard;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The hash in SQL equals the hash in Java. */
class ShardSqlIT {
    @Test
    void agreesWithJavaOnEveryTenant() throws SQLException {
        List<Integer> ids = IntStream.concat(
                        IntStream.of(0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE), new Random(3).ints(1_000))
                .boxed()
                .toList();
        String hash = new SqlFile("task/cleanup/notifications.sql")
                .text()
                .lines()
                .filter(line -> line.contains(":shards"))
                .filter(line -> line.contains("tenant_id"))
                .findFirst()
                .orElseThrow()
                .strip()
                .substring("and ".length());
        try (Connection connection = CrmDatabase.create(getClass(), CrmSchema.REFERENCE)) {
            for (int count : new int[] {1, 2, 3, 7, 64}) {
                for (int index = 0; index < count; index++) {
                    Shard shard = new Shard(index, count);
                    assertEquals(
                            ids.stream().filter(shard::holds).toList(),
                            shard.bindTo(Sql.of("select n.tenant_id as id from unnest(:ids::int[])"
                                            + " with ordinality n (tenant_id, place) where " + hash
                                            + " order by place"))
                                    .with("ids", "int4", ids, id -> id)
                                    .list(connection, row -> row.get("id", Integer.class)));
                }
            }
        }
    }
}
