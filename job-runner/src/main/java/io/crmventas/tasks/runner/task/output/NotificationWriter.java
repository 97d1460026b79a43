package io.crmventas.tasks.runner.task.output;

import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.sql.SqlArray;
import io.crmventas.tasks.runner.sql.SqlFile;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Inserts notifications, all of them in one statement, and returns those that were new. */
public final class NotificationWriter {
    public static final SqlFile INSERT = new SqlFile("task/output/insert.sql");

    private NotificationWriter() {}

    /** Of these, the ones that were not there yet. */
    public static List<Notification> insert(Connection connection, List<Notification> notifications, Instant now)
            throws SQLException {
        if (notifications.isEmpty()) {
            return List.of();
        }
        List<String> ids = SurvivingUsers.insert(
                connection, tried -> insertion(notifications, now).list(tried, row -> row.get("id", String.class)));
        Set<String> added = Set.copyOf(ids);
        return notifications.stream()
                .filter(notification -> added.contains(notification.id()))
                .toList();
    }

    private static Sql insertion(List<Notification> rows, Instant now) {
        return INSERT.sql()
                .with("now", now)
                .with("ids", SqlArray.of("text", rows, Notification::id))
                .with("tenants", SqlArray.of("int4", rows, Notification::tenantId))
                .with("types", SqlArray.of("text", rows, Notification::type))
                .with("titles", SqlArray.of("text", rows, row -> row.text().title()))
                .with("messages", SqlArray.of("text", rows, row -> row.text().message()))
                .with(
                        "priorities",
                        SqlArray.of("text", rows, row -> row.priority().text()))
                .with("recipients", SqlArray.of("uuid", rows, Notification::recipient))
                .with("senders", SqlArray.of("uuid", rows, Notification::sender))
                .with("relatedTypes", SqlArray.of("text", rows, Notification::relatedType))
                .with("relatedIds", SqlArray.of("text", rows, Notification::relatedId))
                .with("metadata", SqlArray.of("text", rows, Notification::metadata))
                .with("createdAts", SqlArray.of("timestamptz", rows, Notification::createdAt));
    }
}
