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

/** Conversations that end in messages which nobody answered for too long. */
record UnansweredCheck() implements Check {
    static final String TYPE = "unanswered";
    private static final SqlFile FILE = new SqlFile("task/notifications/unanswered.sql");

    @Override
    public SqlFile file() {
        return FILE;
    }

    @Override
    public String step() {
        return "unanswered";
    }

    @Override
    public String count() {
        return Counts.UNANSWERED;
    }

    @Override
    public String cutCount() {
        return Counts.UNANSWERED_CUT;
    }

    @Override
    public CheckResult find(Connection connection, CheckContext context) throws SQLException {
        NotificationParameters parameters = context.parameters();
        CheckResult result = new CheckResult(parameters.maxUnanswered());
        context.sql(FILE, TYPE)
                .with("activeSince", context.ago(parameters.unansweredLookback()))
                .with("unansweredBefore", context.ago(parameters.unansweredAfter()))
                .with("escalateBefore", context.ago(parameters.unansweredEscalateAfter()))
                .with("cap", parameters.maxUnanswered())
                .list(connection, row -> {
                    result.add(notification(row, context), row.get("places", Long.class));
                    return null;
                });
        return result;
    }

    private static Notification notification(Row row, CheckContext context) throws SQLException {
        Person person = Person.of(row);
        UUID seller = row.get("seller_id", UUID.class);
        Duration waited = Duration.between(row.get("first_at", Instant.class), context.now());
        Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
        metadata.put("phone", person.phone());
        metadata.put("message_id", row.get("first_id", Long.class));
        metadata.put("seller_id", seller);
        metadata.put("lead_id", row.find("lead_id", UUID.class));
        metadata.put("minutes_waited", waited.toMinutes());
        Priority priority = Priority.of(row.get("priority", String.class));
        boolean escalated = priority == Priority.CRITICAL;
        return new Notification(
                row.get("id", String.class),
                row.get("tenant_id", Integer.class),
                TYPE,
                escalated
                        ? context.texts().unansweredForCeo(person, waited, row.find("seller_name", String.class))
                        : context.texts().unanswered(person, waited),
                priority,
                row.get("recipient_id", UUID.class),
                escalated ? seller : null,
                "conversation",
                person.phone(),
                JsonText.of(metadata),
                context.now());
    }
}
