package io.crmventas.tasks.runner.task;

import io.crmventas.tasks.contract.RunReportCodec;
import io.crmventas.tasks.runner.sql.Row;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.sql.SqlFile;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Holds the tenants and their local days. Java's zone rules decide, and statements get instants. PostgreSQL's rules can be
 * of another year, and it reads {@code UTC+3} as west of Greenwich.
 */
public record TenantDays(List<TenantDay> days) {
    /**
     * A calendar day of one tenant, which lasts 23 to 25 hours.
     *
     * @param tenantCreatedAt {@code tenants.created_at}
     */
    public record TenantDay(
            int tenantId,
            ZoneId zone,
            LocalDate date,
            @Nullable Instant tenantCreatedAt) {
        /** Returns local midnight, which is the first instant of the day. */
        public Instant start() {
            return date.atStartOfDay(zone).toInstant();
        }

        /** Returns the first instant of the next day. */
        public Instant end() {
            return daysBefore(-1).start();
        }

        public TenantDay daysBefore(int days) {
            return new TenantDay(tenantId, zone, date.minusDays(days), tenantCreatedAt);
        }

        /** Returns the date as ids write it, such as {@code 20260227}. */
        public String yyyymmdd() {
            return date.toString().replace("-", "");
        }
    }

    public static final SqlFile TENANTS = new SqlFile("task/tenants.sql");

    private static final Set<String> KNOWN = Set.copyOf(ZoneId.getAvailableZoneIds());
    private static final int MOST_NAMED = 10;

    /** PostgreSQL and Kubernetes know these names and Java does not. Each value has the same clock. */
    private static final Map<String, String> KNOWN_ELSEWHERE = Map.of(
            "EST", "America/Panama",
            "MST", "America/Phoenix",
            "HST", "Pacific/Honolulu",
            "ROC", "Asia/Taipei");

    /** Reads the day of every tenant of the run's shard. The report warns of tenants whose zone Java does not know. */
    public static TenantDays read(Connection connection, TaskRun run) throws SQLException {
        List<String> unknown = new ArrayList<>();
        List<TenantDay> days = TENANTS.sql().list(connection, row -> today(row, run, unknown)).stream()
                .filter(day -> run.shard().holds(day.tenantId()))
                .toList();
        if (!unknown.isEmpty()) {
            run.outcome().warn(warning(unknown));
        }
        return new TenantDays(days);
    }

    public Sql bindTo(Sql sql) {
        return sql.with("tenantIds", "int4", days, TenantDay::tenantId)
                .with("days", "text", days, TenantDay::yyyymmdd)
                .with("dayStarts", "timestamptz", days, TenantDay::start)
                .with("dayEnds", "timestamptz", days, TenantDay::end);
    }

    private static TenantDay today(Row row, TaskRun run, List<String> unknown) throws SQLException {
        int id = row.get("id", Integer.class);
        String name = row.find("timezone", String.class);
        if (run.shard().holds(id) && (name == null || !KNOWN.contains(name))) {
            unknown.add(id + " (" + described(name) + ")");
        }
        ZoneId zone = zone(name);
        return new TenantDay(id, zone, run.now().atZone(zone).toLocalDate(), row.find("created_at", Instant.class));
    }

    /** Accepts only names that Java lists, in that case. {@code ZoneId.of} would also accept offsets and prefixes. */
    static ZoneId zone(@Nullable String name) {
        return name != null && KNOWN.contains(name) ? ZoneId.of(name) : ZoneOffset.UTC;
    }

    private static String warning(List<String> unknown) {
        return "Unknown time zone of tenant "
                + String.join(", ", unknown.subList(0, Math.min(MOST_NAMED, unknown.size())))
                + (unknown.size() > MOST_NAMED ? " and " + (unknown.size() - MOST_NAMED) + " more" : "")
                + ": their days are counted in UTC; set tenants.timezone to a name such as America/Bogota";
    }

    private static String described(@Nullable String name) {
        String replacement = name == null ? null : KNOWN_ELSEWHERE.get(name);
        return (name == null ? "null" : "\"" + RunReportCodec.cut(name, 40) + "\"")
                + (replacement == null ? "" : ", write " + replacement);
    }
}
