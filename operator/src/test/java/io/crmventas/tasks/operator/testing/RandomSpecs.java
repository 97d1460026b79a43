package io.crmventas.tasks.operator.testing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Random specs, in which each field is absent, valid, at a limit, or hostile. The API server refuses most of them. The
 * operator has to handle the others.
 */
public final class RandomSpecs {
    private static final List<Object> HOSTILE = List.of(
            "", " ", "a b", "../../etc/passwd", "$(reboot)", "ñandú", "😀".repeat(40), "x".repeat(300), -1, true);

    private final Random random;

    public RandomSpecs(long seed) {
        random = new Random(seed);
    }

    public Map<String, Object> next() {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put(
                "task",
                any("cleanup", "cleanup", "metrics-refresh", "daily-reports", "notification-checks", "no-such-task"));
        if (random.nextInt(3) > 0) {
            maybe(spec, "interval", 1, "1m", "5m", "7m", "90m", "1h", "24h", "25h", "8784h", "59s", "1h30m");
        } else {
            maybe(
                    spec,
                    "schedule",
                    1,
                    "0 8 * * *",
                    "*/5 * * * *",
                    "0 0 31 2 *",
                    "61 * * * *",
                    "@hourly",
                    "@every 5m",
                    "* * * * 7");
            maybe(spec, "timeZone", 2, "America/Argentina/Buenos_Aires", "Etc/UTC", "Europe/Atlantis", "UTC+3");
        }
        maybe(spec, "enabled", 3, true, false);
        maybe(spec, "missedRuns", 3, "RunOnce", "Skip");
        maybe(spec, "overlap", 3, "Skip", "Queue", "Replace");
        maybe(spec, "timeout", 3, "10s", "5m", "24h", "25h");
        maybe(spec, "shards", 3, 1, 2, 64, 65);
        maybe(spec, "pauseAfterFailures", 3, 0, 1, 100, 101);
        nested(spec, "retry", "limit", 0, 10, 11);
        nested(spec, "history", "entries", 0, 50, 51);
        nested(spec, "freshness", "maxAge", "1m", "1h", "1s");
        maybe(spec, "database", 3, "default", "unknown", "Upper", "a".repeat(64));
        maybe(spec, "runnerProfile", 3, "default", "unknown", "no/such", "");
        return spec;
    }

    private void nested(Map<String, Object> spec, String field, String key, Object... values) {
        Map<String, Object> inner = new LinkedHashMap<>();
        maybe(inner, key, 1, values);
        if (random.nextInt(4) == 0) {
            spec.put(field, inner);
        }
    }

    /** @param rarity the field is present in one of this number of specs; 1 for every spec */
    private void maybe(Map<String, Object> map, String field, int rarity, Object... values) {
        if (random.nextInt(rarity) == 0) {
            Supplier<Object> hostile = () -> HOSTILE.get(random.nextInt(HOSTILE.size()));
            map.put(field, random.nextInt(20) == 0 ? hostile.get() : any(values));
        }
    }

    private Object any(Object... values) {
        List<Object> all = new ArrayList<>(List.of(values));
        return all.get(random.nextInt(all.size()));
    }
}
