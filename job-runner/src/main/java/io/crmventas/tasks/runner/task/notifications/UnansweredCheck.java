package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.runner.sql.Row;
import io.crmventas.tasks.runner.task.TenantDays;
import io.crmventas.tasks.runner.task.Words;
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

    /**
     * One pass over the messages finds who wrote lately; everything older is read back by the index, one conversation
     * at a time. What was told is left out before the places are given, so that a cap never starves the rest.
     */
    private static String sql(Words words) {
        return """
                with %s,
                %s,
                waiting as materialized (
                  select m.tenant_id, m.from_number from chat_messages m
                  where m.role = 'user' and m.created_at between :lookback and :now
                  group by m.tenant_id, m.from_number
                ),
                streaks as materialized (
                  select w.tenant_id, w.from_number, streak.id as first_id, streak.created_at as first_at,
                    assigned.seller_id
                  from waiting w
                  join tenant_days d on d.tenant_id = w.tenant_id
                  cross join lateral %s streak
                  cross join lateral %s assigned
                  where streak.created_at < :unansweredBefore
                ),
                wanted as (
                  select s.*, 'high' as priority, r.seller_id as recipient_id
                  from streaks s join listeners r on r.seller_id = s.seller_id and r.tenant_id = s.tenant_id
                  union all
                  select s.*, 'critical', c.ceo_id
                  from streaks s join listening_ceos c on c.tenant_id = s.tenant_id
                  where s.first_at < :escalateBefore
                ),
                untold as (
                  select w.*, named.id
                  from wanted w
                  cross join lateral (
                    select 'unanswered:' || w.first_id || ':' || w.priority || ':' || w.recipient_id as id
                  ) named
                  where %s
                ),
                placed as (
                  select u.*, dense_rank() over (partition by tenant_id order by first_at, first_id) as place
                  from untold u
                ),
                counted as (
                  select p.*, max(place) over (partition by tenant_id) as places from placed p
                )
                select c.id, c.tenant_id, c.from_number as phone, c.first_id, c.first_at, c.seller_id, c.priority,
                  c.recipient_id, c.places, l.id as lead_id, %s as lead_name, %s as seller_name
                from counted c
                left join leads l on %s
                left join users u on u.id = c.seller_id
                where c.place <= :cap
                order by c.tenant_id, c.place, c.id collate "C"
                """.formatted(
                        TenantDays.CTE,
                        Recipients.of(TYPE, words),
                        Words.unansweredStreak("w"),
                        Words.assignedSeller("w"),
                        Recipients.untold("named.id"),
                        Person.fullName("l"),
                        Person.fullName("u"),
                        Words.leadOf("l", "c"));
    }

    @Override
    public Found find(Connection connection, Situation situation) throws SQLException {
        NotificationParameters parameters = situation.parameters();
        Found found = new Found(parameters.maxUnanswered());
        situation
                .sql(sql(situation.words()))
                .with("lookback", situation.ago(parameters.unansweredLookback()))
                .with("unansweredBefore", situation.ago(parameters.unansweredAfter()))
                .with("escalateBefore", situation.ago(parameters.unansweredEscalateAfter()))
                .with("cap", parameters.maxUnanswered())
                .list(connection, row -> {
                    found.add(notification(row, situation), row.get("places", Long.class));
                    return null;
                });
        return found;
    }

    private static Notification notification(Row row, Situation situation) throws SQLException {
        Person person = Person.of(row);
        UUID seller = row.get("seller_id", UUID.class);
        Duration waited = Duration.between(row.get("first_at", Instant.class), situation.now());
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
                        ? situation.texts().unansweredForCeo(person, waited, row.find("seller_name", String.class))
                        : situation.texts().unanswered(person, waited),
                priority,
                row.get("recipient_id", UUID.class),
                escalated ? seller : null,
                "conversation",
                person.phone(),
                metadata);
    }
}
