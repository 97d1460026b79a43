package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.runner.task.Words;

/** Pieces of SQL that all checks share: who hears of something, and whether he did already. */
final class Recipients {
    private Recipients() {}

    /**
     * {@code sellers} as in {@link Words#SELLERS}, of these {@code listeners (seller_id, tenant_id)} who did not mute
     * the type, and of these {@code listening_ceos (ceo_id, tenant_id)}.
     */
    static String of(String type, Words words) {
        return """
                %s,
                listeners as materialized (
                  select s.seller_id, s.tenant_id, s.role from sellers s where not %s
                ),
                listening_ceos (ceo_id, tenant_id) as (
                  select seller_id, tenant_id from listeners where role = 'ceo'
                )""".formatted(Words.SELLERS, words.muted("s.seller_id", type));
    }

    /**
     * Predicate: no notification has this id. The offset keeps PostgreSQL from making a join of it: it guesses the
     * number of candidates badly, and then compares each of them with every notification instead of asking the index.
     */
    static String untold(String id) {
        return "not exists (select from notifications n where n.id = " + id + " offset 0)";
    }
}
