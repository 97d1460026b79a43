package io.crmventas.tasks.operator.schedule.cron;

import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** This is a random expression with the values of its fields. It does not use the code under test. */
record RandomCron(String text, List<BitSet> fields, boolean dayOfMonthStar, boolean dayOfWeekStar) {
    private static final int[][] BOUNDS = {{0, 59}, {0, 23}, {1, 31}, {1, 12}, {0, 6}};

    static RandomCron create(Random random) {
        boolean[] star = new boolean[BOUNDS.length];
        String[] texts = new String[BOUNDS.length];
        List<BitSet> fields = IntStream.range(0, BOUNDS.length)
                .mapToObj(field -> {
                    star[field] = random.nextInt(3) == 0;
                    BitSet values = values(BOUNDS[field][0], BOUNDS[field][1], star[field], random);
                    texts[field] = star[field]
                            ? "*"
                            : values.stream().mapToObj(Integer::toString).collect(Collectors.joining(","));
                    return values;
                })
                .toList();
        return new RandomCron(String.join(" ", texts), fields, star[2], star[4]);
    }

    private static BitSet values(int min, int max, boolean all, Random random) {
        BitSet values = new BitSet();
        if (all) {
            values.set(min, max + 1);
            return values;
        }
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            values.set(random.nextInt(min, max + 1));
        }
        return values;
    }
}
