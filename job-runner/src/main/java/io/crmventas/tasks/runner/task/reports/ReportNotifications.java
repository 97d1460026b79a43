package io.crmventas.tasks.runner.task.reports;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.task.JsonText;
import io.crmventas.tasks.runner.task.Language;
import io.crmventas.tasks.runner.task.SurvivingUsers;
import io.crmventas.tasks.runner.task.TenantDays;
import io.crmventas.tasks.runner.task.Words;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The reports as rows of {@code notifications}. */
final class ReportNotifications {
    /** The CRM's screens know this type; its own reports use it. */
    private static final String TYPE = "metric_alert";

    private static final String ID = "'daily_report_' || d.tenant_id || '_' || d.day || '_' || c.ceo_id";

    private ReportNotifications() {}

    /** Of these days those on which some CEO lacks a report; in their order. */
    static TenantDays missing(Connection connection, Words words, TenantDays days, Instant now) throws SQLException {
        String text = """
                with %s, %s, %s
                select d.tenant_id, d.day from tenant_days d
                where exists (
                  select from ceos c
                  where c.tenant_id = d.tenant_id and not %s
                    and not exists (select from notifications n where n.id = %s))""".formatted(TenantDays.CTE, Words.SELLERS, Words.CEOS, words.muted("c.ceo_id", TYPE), ID);
        Sql sql = days.bindTo(Sql.of(text));
        Set<ReportDay> keys =
                new HashSet<>((text.contains(":now") ? sql.with("now", now) : sql).list(connection, ReportDay::read));
        return new TenantDays(days.days().stream()
                .filter(day -> keys.contains(ReportDay.of(day)))
                .toList());
    }

    /** What was added, one element for each recipient; an existing report stays as it is. */
    static List<ReportDay> insert(
            Connection connection, Words words, List<Figures> figures, Language language, Instant now)
            throws SQLException {
        String text = """
                with %s, %s
                insert into notifications (id, tenant_id, type, title, message, priority, recipient_id, sender_id,
                  related_entity_type, related_entity_id, metadata, read, created_at, expires_at)
                select %s, d.tenant_id, '%s', d.title, d.message, 'medium', c.ceo_id, null, null, null, d.metadata, false,
                  :now, :now + interval '168 hours'
                from jsonb_to_recordset(:reports::jsonb)
                  as d (tenant_id int, day text, title text, message text, metadata jsonb)
                join ceos c on c.tenant_id = d.tenant_id
                where not %s
                order by 1
                on conflict do nothing
                returning tenant_id, replace(metadata ->> 'date', '-', '') as day""".formatted(Words.SELLERS, Words.CEOS, ID, TYPE, words.muted("c.ceo_id", TYPE));
        String reports = json(figures, language);
        return SurvivingUsers.insert(
                connection,
                tried -> Sql.of(text).with("reports", reports).with("now", now).list(tried, ReportDay::read));
    }

    private static String json(List<Figures> figures, Language language) {
        ArrayNode rows = JsonNodeFactory.instance.arrayNode();
        for (Figures day : figures) {
            ReportText text = ReportText.of(day, language);
            rows.addObject()
                    .put("tenant_id", day.reportDay().tenantId())
                    .put("day", day.reportDay().day())
                    .put("title", text.title())
                    .put("message", text.message())
                    .set("metadata", day.metadata());
        }
        return JsonText.of(rows);
    }
}
