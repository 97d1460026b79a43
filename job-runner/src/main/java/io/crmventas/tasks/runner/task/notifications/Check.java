package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.runner.settings.JsonText;
import io.crmventas.tasks.runner.sql.Dialect;
import io.crmventas.tasks.runner.sql.Row;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.sql.SqlFile;
import io.crmventas.tasks.runner.task.TenantDays;
import io.crmventas.tasks.runner.task.output.Notification;
import io.crmventas.tasks.runner.task.output.Notification.Content;
import io.crmventas.tasks.runner.task.output.Notification.Priority;
import io.crmventas.tasks.runner.task.output.Notification.Related;
import io.crmventas.tasks.runner.task.output.Notification.Text;
import io.crmventas.tasks.runner.task.output.Texts;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One kind of notification: a statement finds what to notify of, and each of its rows becomes a notification. */
sealed interface Check permits UnansweredCheck, HotLeadCheck, FollowUpCheck, PerformanceCheck {
    /** What the checks are called in the database and in the run's report. */
    enum Kind {
        UNANSWERED("unanswered", "unanswered", Counts.UNANSWERED, Counts.UNANSWERED_CUT),
        HOT_LEADS("hot_lead", "hot-leads", Counts.HOT_LEAD, Counts.HOT_LEAD_CUT),
        FOLLOW_UPS("followup", "follow-ups", Counts.FOLLOW_UP, Counts.FOLLOW_UP_CUT),
        PERFORMANCE("metric_alert", "performance", Counts.PERFORMANCE, null);

        /** {@code notifications.type}, which a recipient may have muted. */
        final String type;
        /** The step of the run, and the name of the statement's file. */
        final String step;

        final String count;
        /** Counts what the cap left for the next run; null where there is no cap. */
        final @Nullable String cutCount;

        Kind(String type, String step, String count, @Nullable String cutCount) {
            this.type = type;
            this.step = step;
            this.count = count;
            this.cutCount = cutCount;
        }

        SqlFile file() {
            return new SqlFile("task/notifications/" + step + ".sql");
        }
    }

    /** What every check needs to know. */
    record Context(Instant now, TenantDays today, Dialect dialect, Texts texts) {
        Instant ago(Duration duration) {
            return now.minus(duration);
        }

        /** Who wrote: the lead's name, where there is one, and the number or account. */
        Map<String, String> person(Row row) throws SQLException {
            String phone = row.get("phone", String.class);
            String name = row.find("lead_name", String.class);
            Map<String, String> values = new HashMap<>();
            values.put("name", name == null ? phone : name);
            values.put("person", name == null ? phone : name + " (" + phone + ")");
            return values;
        }

        String sellerName(Row row) throws SQLException {
            String name = row.find("seller_name", String.class);
            return name == null ? texts.text("unnamed", Map.of()) : name;
        }
    }

    /** @param cut how many conversations or leads the cap left for the next run */
    record Found(List<Notification> notifications, long cut) {}

    Kind kind();

    /** How many conversations or leads of a tenant one run may notify of. */
    int cap();

    /** Binds the parameters that only this check's statement has. */
    void bind(Sql sql, Context context);

    Notification notification(Row row, Context context) throws SQLException;

    default Found find(Connection connection, Context context) throws SQLException {
        Sql sql = context.today()
                .bindTo(kind().file().sql(context.dialect()))
                .with("now", context.now())
                .with("type", kind().type)
                .with("messagesByTime", context.dialect().messagesByTime());
        bind(sql, context);
        // How many conversations or leads of each tenant are waiting, before the cap.
        Map<Integer, Long> waitingByTenant = new HashMap<>();
        List<Notification> notifications = sql.list(connection, row -> {
            Notification found = notification(row, context);
            if (kind().cutCount != null) {
                waitingByTenant.put(found.tenantId(), row.get("places", Long.class));
            }
            return found;
        });
        long cut = waitingByTenant.values().stream()
                .mapToLong(waiting -> Math.max(0, waiting - cap()))
                .sum();
        return new Found(notifications, cut);
    }

    /** @param recipient the column that names the recipient */
    default Notification notification(
            Row row,
            Context context,
            String recipient,
            Text text,
            @Nullable UUID sender,
            @Nullable Related related,
            Map<String, @Nullable Object> metadata)
            throws SQLException {
        return new Notification(
                row.get("id", String.class),
                row.get("tenant_id", Integer.class),
                row.get(recipient, UUID.class),
                new Content(kind().type, priority(row), text, JsonText.of(metadata)),
                sender,
                related,
                context.now());
    }

    static Priority priority(Row row) throws SQLException {
        return Priority.of(row.get("priority", String.class));
    }

    /** A critical notification is for the CEOs. */
    static boolean forCeo(Row row) throws SQLException {
        return priority(row) == Priority.CRITICAL;
    }
}
