package io.crmventas.tasks.runner.task.metrics;

import io.crmventas.tasks.runner.sql.Row;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.sql.SqlArray;
import java.sql.SQLException;
import java.util.List;

/** Which conversation it is; its tenant may not exist. */
record Conversation(int tenantId, String fromNumber) {
    /** Table expression {@code k (tenant_id, from_number)}; {@link #bind} gives it its rows. */
    static final String LIST = "unnest(:listTenants::int[], :listNumbers::text[]) k (tenant_id, from_number)";

    static Conversation read(Row row) throws SQLException {
        return new Conversation(row.get("tenant_id", Integer.class), row.get("from_number", String.class));
    }

    static Sql bind(Sql sql, List<Conversation> list) {
        return sql.with("listTenants", SqlArray.of("int4", list, Conversation::tenantId))
                .with("listNumbers", SqlArray.of("text", list, Conversation::fromNumber));
    }
}
