package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.runner.sql.Row;
import io.crmventas.tasks.runner.sql.SqlFile;
import io.crmventas.tasks.runner.task.JsonText;
import io.crmventas.tasks.runner.task.output.Notification;
import io.crmventas.tasks.runner.task.output.Priority;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Conversations that went quiet before the lead was won or lost. */
record FollowUpCheck() implements Check {
    static final String TYPE = "followup";
    private static final SqlFile FILE = new SqlFile("task/notifications/follow-ups.sql");

    @Override
    public SqlFile file() {
        return FILE;
    }

    @Override
    public String step() {
        return "follow-ups";
    }

    @Override
    public String count() {
        return Counts.FOLLOW_UP;
    }

    @Override
    public String cutCount() {
        return Counts.FOLLOW_UP_CUT;
    }

    @Override
    public CheckResult find(Connection connection, CheckContext context) throws SQLException {
        NotificationParameters parameters = context.parameters();
        CheckResult result = new CheckResult(parameters.maxFollowUps());
        context.sql(FILE, TYPE)
                .with("activeSince", context.ago(parameters.followUpLookback()))
                .with("contactedBefore", context.ago(parameters.followUpContactedAfter()))
                .with("newBefore", context.ago(parameters.followUpNewAfter()))
                .with("noLeadBefore", context.ago(parameters.followUpNoLeadAfter()))
                .with("cap", parameters.maxFollowUps())
                .list(connection, row -> {
                    result.add(notification(row, context), row.get("places", Long.class));
                    return null;
                });
        return result;
    }

    private static Notification notification(Row row, CheckContext context) throws SQLException {
        Person person = Person.of(row);
        Priority priority = Priority.of(row.get("priority", String.class));
        Duration waited = Duration.between(row.get("newest_at", Instant.class), context.now());
        Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
        metadata.put("phone", person.phone());
        metadata.put("message_id", row.get("newest_id", Long.class));
        metadata.put("lead_id", row.find("lead_id", UUID.class));
        metadata.put("days_waited", waited.toDays());
        return new Notification(
                row.get("id", String.class),
                row.get("tenant_id", Integer.class),
                TYPE,
                context.texts().followUp(person, priority, waited),
                priority,
                row.get("seller_id", UUID.class),
                null,
                "conversation",
                person.phone(),
                JsonText.of(metadata),
                context.now());
    }
}
