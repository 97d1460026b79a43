package io.crmventas.tasks.runner.task;

import io.crmventas.tasks.runner.sql.Sql;

/**
 * The tenants that one run works for. Every tenant is in exactly one of {@code count} shards, by Knuth's multiplicative
 * hash of its id, whose upper bits spread consecutive ids. The statements use the same hash.
 */
public record Shard(int index, int count) {
    public static final Shard WHOLE = new Shard(0, 1);
    public static final int MOST = 64;

    private static final long FACTOR = 2_654_435_761L;
    private static final int LOWER_BITS = 16;

    public boolean whole() {
        return count == 1;
    }

    /** Returns whether this shard also works for what belongs to no tenant. Exactly one shard does. */
    public boolean first() {
        return index == 0;
    }

    public boolean holds(int tenantId) {
        return (((tenantId & Integer.MAX_VALUE) * FACTOR) >> LOWER_BITS) % count == index;
    }

    public Sql bindTo(Sql sql) {
        return sql.with("shard", index).with("shards", count);
    }

    /** Returns a text such as {@code 0 of 5}. */
    @Override
    public String toString() {
        return index + " of " + count;
    }
}
