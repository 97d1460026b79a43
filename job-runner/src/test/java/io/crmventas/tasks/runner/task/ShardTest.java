package io.crmventas.tasks.runner.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShardTest {
    @Test
    void holdsEveryTenantInExactlyOneShard() {
        Random random = new Random(7);
        IntStream ids =
                IntStream.concat(IntStream.of(0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE), random.ints(2_000));
        ids.forEach(id -> {
            for (int count = 1; count <= Shard.MOST; count++) {
                int shards = count;
                assertEquals(
                        1,
                        IntStream.range(0, count)
                                .filter(index -> new Shard(index, shards).holds(id))
                                .count(),
                        "tenant " + id + " of " + count + " shards");
            }
        });
    }

    @Test
    void spreadsConsecutiveIds() {
        for (int count = 2; count <= Shard.MOST; count++) {
            int shards = count;
            int ids = 200 * count;
            for (int index = 0; index < count; index++) {
                Shard shard = new Shard(index, shards);
                long held = IntStream.rangeClosed(1, ids).filter(shard::holds).count();
                assertTrue(held >= 150 && held <= 250, shard + " holds " + held + " of " + ids);
            }
        }
    }
}
