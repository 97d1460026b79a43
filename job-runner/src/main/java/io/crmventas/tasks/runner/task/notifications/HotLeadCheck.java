package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.runner.sql.Row;
import io.crmventas.tasks.runner.sql.SqlFile;
import io.crmventas.tasks.runner.task.JsonText;
import io.crmventas.tasks.runner.task.output.Notification;
import io.crmventas.tasks.runner.task.output.Priority;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Young leads that write a lot right now. */
record HotLeadCheck() implements Check {
    static final String TYPE = "hot_lead";
    private static final SqlFile FILE = new SqlFile("task/notifications/hot-leads.sql");

    @Override
    public SqlFile file() {
        return FILE;
    }

    @Override
    public String step() {
        return "hot-leads";
    }

    @Override
    public String count() {
        return Counts.HOT_LEAD;
    }

    @Override
    public String cutCount() {
        return Counts.HOT_LEAD_CUT;
    }

    @Override
    public CheckResult find(Connection connection, CheckContext context) throws SQLException {
        NotificationParameters parameters = context.parameters();
        CheckResult result = new CheckResult(parameters.maxHotLeads());
        context.sql(FILE, TYPE)
                .with("createdSince", context.ago(parameters.hotLeadMaxAge()))
                .with("messagesSince", context.ago(parameters.hotLeadMessageWindow()))
                .with("recentSince", context.ago(parameters.hotLeadRecency()))
                .with("minMessages", parameters.hotLeadMinMessages())
                .with("minScore", parameters.hotLeadScore())
                .with("criticalScore", parameters.hotLeadCriticalScore())
                .with("cap", parameters.maxHotLeads())
                .list(connection, row -> {
                    result.add(notification(row, context), row.get("places", Long.class));
                    return null;
                });
        return result;
    }

    private static Notification notification(Row row, CheckContext context) throws SQLException {
        Person person = Person.of(row);
        UUID lead = row.get("lead_id", UUID.class);
        long messages = row.get("messages", Long.class);
        BigDecimal score = row.get("score", BigDecimal.class).setScale(2, RoundingMode.HALF_UP);
        Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
        metadata.put("phone", person.phone());
        metadata.put("lead_id", lead);
        metadata.put("seller_id", row.find("assigned_seller_id", UUID.class));
        metadata.put("messages", messages);
        metadata.put("score", score);
        Priority priority = Priority.of(row.get("priority", String.class));
        return new Notification(
                row.get("id", String.class),
                row.get("tenant_id", Integer.class),
                TYPE,
                priority == Priority.CRITICAL
                        ? context.texts().hotLeadForCeo(person, messages, score, row.find("seller_name", String.class))
                        : context.texts().hotLead(person, messages, score),
                priority,
                row.get("recipient_id", UUID.class),
                null,
                "lead",
                lead.toString(),
                JsonText.of(metadata),
                context.now());
    }
}
