package io.crmventas.tasks.runner.task;

import io.crmventas.tasks.runner.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** The status groups of the data contract as SQL; tasks reach them through {@link Words}. */
final class Statuses {
    private Statuses() {}

    static String finalStatuses(boolean statusTable, String lowerCasing) {
        return "final_statuses (tenant_id, code) as ("
                + (statusTable
                        ? "select tenant_id, " + lower("code", lowerCasing)
                                + " from lead_statuses where is_final and tenant_id is not null and code is not null"
                        : "select null::int, null::text where false")
                + ")";
    }

    static String group(String lead, String lowerCasing) {
        return """
                case
                  when %2$s in ('closed_won', 'cerrado_ganado', 'converted', 'client', 'won') then 'won'
                  when %2$s in ('closed_lost', 'cerrado_perdido', 'discarded', 'descartado', 'lost') then 'lost'
                  when %2$s in ('deleted', 'blocked', 'archived') then 'removed'
                  when (%1$s.tenant_id, %2$s) in (select tenant_id, code from final_statuses) then 'final'
                  when %2$s in ('new', 'nuevo') then 'new'
                  when %2$s in ('contacted', 'contactado', 'derivado', 'follow_up', 'seguimiento_pendiente',
                    'sin_respuesta') then 'contacted'
                  when %2$s in ('interested', 'negotiation', 'negociacion', 'qualified', 'calificado',
                    'llamada_agendada', 'proposal_sent', 'en_cierre') then 'qualified'
                end""".formatted(lead, lower(lead + ".status", lowerCasing));
    }

    /**
     * A database in the C locale lower-cases ASCII only, and a Turkish one makes of CLIENT something else. So a
     * collation with Unicode's rules is named, whichever this server has; the comparison itself is byte for byte.
     */
    static String lowerCasing(Connection connection) throws SQLException {
        List<String> found = Sql.of("""
                select quote_ident(collname) as name from pg_collation
                where collnamespace = 'pg_catalog'::regnamespace and getdatabaseencoding() = 'UTF8'
                  and collname in ('und-x-icu', 'pg_c_utf8', 'C.utf8', 'C.UTF-8')
                  and collencoding in (-1, pg_char_to_encoding('UTF8'))
                order by case collname when 'und-x-icu' then 1 when 'pg_c_utf8' then 2 else 3 end
                limit 1""").list(connection, row -> row.get("name", String.class));
        return found.isEmpty() ? "\"default\"" : found.getFirst();
    }

    private static String lower(String column, String lowerCasing) {
        return "lower(" + column + " collate pg_catalog." + lowerCasing + ") collate \"C\"";
    }
}
