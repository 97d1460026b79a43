package io.crmventas.tasks.runner.task;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.runner.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;

/** Messages that belong to no conversation, since they name no tenant or one that does not exist. */
public final class Orphans {
    /** Hops along the index from tenant to tenant, so that only the orphans themselves are read. */
    private static final String COUNT = """
            with recursive named (tenant_id) as (
              (select m.tenant_id from chat_messages m where m.tenant_id is not null order by m.tenant_id limit 1)
              union all
              select (select m.tenant_id from chat_messages m where m.tenant_id > named.tenant_id
                      order by m.tenant_id limit 1)
              from named where named.tenant_id is not null
            ),
            unknown as materialized (
              select n.tenant_id from named n
              where n.tenant_id is not null and not exists (select from tenants t where t.id = n.tenant_id)
            )
            select (select count(*) from chat_messages m where m.tenant_id is null and m.created_at <= :now)
              + (select coalesce(sum((select count(*) from chat_messages m
                                      where m.tenant_id = u.tenant_id and m.created_at <= :now)), 0)::bigint
                 from unknown u) as orphans""";

    public static final String STEP = "orphan-messages";

    private Orphans() {}

    /** Every task tells how many there are; of several shards the first does. */
    public static void count(TaskRun run) throws SQLException {
        if (!run.shard().first()) {
            run.steps().skip(STEP, "shard 0 counts them");
            return;
        }
        long orphans = run.steps().run(STEP, () -> run.transactions().run(connection -> count(connection, run.now())));
        run.outcome().count(Counts.ORPHAN_MESSAGES, orphans);
    }

    static long count(Connection connection, Instant now) throws SQLException {
        return Sql.of(COUNT)
                .with("now", now)
                .list(connection, row -> row.get("orphans", Long.class))
                .getFirst();
    }
}
