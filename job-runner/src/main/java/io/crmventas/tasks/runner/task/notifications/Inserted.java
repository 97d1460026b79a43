package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.sql.SqlArray;
import io.crmventas.tasks.runner.task.JsonText;
import io.crmventas.tasks.runner.task.SurvivingUsers;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Puts notifications into the CRM, all of them in one statement, and tells which were new. */
final class Inserted {
    private static final Duration EXPIRES_AFTER = Duration.ofDays(7);

    /**
     * In the order of the ids, so that two runs at once wait for each other in the same order. Tenant, recipient and
     * sender are looked up again: whoever is gone by now is left out, or left empty.
     */
    private static final String INSERT = """
            insert into notifications (id, tenant_id, type, title, message, priority, recipient_id, sender_id,
              related_entity_type, related_entity_id, metadata, read, created_at, expires_at)
            select n.id, n.tenant_id, n.type, n.title, n.message, n.priority, recipient.id, sender.id,
              n.related_type, n.related_id, n.metadata::jsonb, false, :now,
              case when n.expires then :expiresAt::timestamptz end
            from unnest(:ids::text[], :tenants::int[], :types::text[], :titles::text[], :messages::text[],
                :priorities::text[], :expire::boolean[], :recipients::uuid[], :senders::uuid[], :relatedTypes::text[],
                :relatedIds::text[], :metadata::text[])
              as n (id, tenant_id, type, title, message, priority, expires, recipient_id, sender_id, related_type,
                related_id, metadata)
            join tenants t on t.id = n.tenant_id
            join users recipient on recipient.id = n.recipient_id
            left join users sender on sender.id = n.sender_id
            order by n.id collate "C"
            on conflict do nothing
            returning id
            """;

    private Inserted() {}

    /** Of these, the ones that were not there yet. */
    static List<Notification> insert(Connection connection, List<Notification> notifications, Instant now)
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
        return Sql.of(INSERT)
                .with("now", now)
                .with("expiresAt", now.plus(EXPIRES_AFTER))
                .with("ids", SqlArray.of("text", rows, Notification::id))
                .with("tenants", SqlArray.of("int4", rows, Notification::tenantId))
                .with("types", SqlArray.of("text", rows, Notification::type))
                .with("titles", SqlArray.of("text", rows, row -> row.text().title()))
                .with("messages", SqlArray.of("text", rows, row -> row.text().message()))
                .with(
                        "priorities",
                        SqlArray.of("text", rows, row -> row.priority().text()))
                .with("expire", SqlArray.of("bool", rows, row -> row.priority().expires()))
                .with("recipients", SqlArray.of("uuid", rows, Notification::recipient))
                .with("senders", SqlArray.of("uuid", rows, Notification::sender))
                .with("relatedTypes", SqlArray.of("text", rows, Notification::relatedType))
                .with("relatedIds", SqlArray.of("text", rows, Notification::relatedId))
                .with("metadata", SqlArray.of("text", rows, row -> JsonText.of(row.metadata())));
    }
}
