package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.runner.sql.Row;
import io.crmventas.tasks.runner.task.TenantDays;
import io.crmventas.tasks.runner.task.Words;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Conversations that went quiet before the lead was won or lost. */
record FollowUpCheck() implements Check {
    static final String TYPE = "followup";

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

    /**
     * One pass finds how long each conversation is quiet and when its seller was stamped; the index then leads to
     * these two rows of those that are due.
     */
    private static String sql(Words words) {
        return """
                with %s,
                %s,
                %s,
                quiet as materialized (
                  select * from (
                    select m.tenant_id, m.from_number, max(m.created_at) filter (where %s) as newest_at,
                      max(m.created_at) filter (where %s) as stamped_at
                    from chat_messages m
                    where m.created_at <= :now
                    group by m.tenant_id, m.from_number
                  ) conversation
                  where newest_at >= :lookback and newest_at < :quietBefore and stamped_at is not null
                ),
                grouped as materialized (
                  select q.*, l.id as lead_id, %s as lead_name, %s as status_group
                  from quiet q
                  join tenant_days d on d.tenant_id = q.tenant_id
                  left join leads l on %s
                ),
                due as (
                  select g.*, case
                    when status_group in ('contacted', 'qualified') and newest_at < :contactedBefore then 'high'
                    when status_group = 'new' and newest_at < :newBefore then 'medium'
                    when lead_id is null and newest_at < :noLeadBefore then 'low'
                  end as priority
                  from grouped g
                ),
                traced as materialized (
                  select d.*, newest.id as newest_id, assigned.seller_id
                  from due d
                  cross join lateral %s newest
                  cross join lateral %s assigned
                  where d.priority is not null
                ),
                untold as (
                  select t.*, named.id
                  from traced t
                  join listeners r on r.seller_id = t.seller_id and r.tenant_id = t.tenant_id
                  cross join lateral (select 'followup:' || t.newest_id || ':' || t.seller_id as id) named
                  where %s
                ),
                placed as (
                  select u.*, count(*) over (partition by tenant_id) as places, row_number() over (
                    partition by tenant_id
                    order by case priority when 'high' then 1 when 'medium' then 2 else 3 end, newest_at, newest_id
                  ) as place
                  from untold u
                )
                select id, tenant_id, from_number as phone, newest_id, newest_at, priority, seller_id, places,
                  lead_id, lead_name
                from placed
                where place <= :cap
                order by tenant_id, place
                """.formatted(
                        TenantDays.CTE,
                        Recipients.of(TYPE, words),
                        words.finalStatuses(),
                        Words.MESSAGE,
                        Words.STAMPED,
                        Person.fullName("l"),
                        words.statusGroup("l"),
                        Words.leadOf("l", "q"),
                        Words.newestMessage("d", "d.newest_at"),
                        Words.assignedSeller("d", "d.stamped_at"),
                        Recipients.untold("named.id"));
    }

    @Override
    public Found find(Connection connection, Situation situation) throws SQLException {
        NotificationParameters parameters = situation.parameters();
        Found found = new Found(parameters.maxFollowUps());
        Duration shortest = Collections.min(List.of(
                parameters.followUpContactedAfter(), parameters.followUpNewAfter(), parameters.followUpNoLeadAfter()));
        situation
                .sql(sql(situation.words()))
                .with("lookback", situation.ago(parameters.followUpLookback()))
                .with("quietBefore", situation.ago(shortest))
                .with("contactedBefore", situation.ago(parameters.followUpContactedAfter()))
                .with("newBefore", situation.ago(parameters.followUpNewAfter()))
                .with("noLeadBefore", situation.ago(parameters.followUpNoLeadAfter()))
                .with("cap", parameters.maxFollowUps())
                .list(connection, row -> {
                    found.add(notification(row, situation), row.get("places", Long.class));
                    return null;
                });
        return found;
    }

    private static Notification notification(Row row, Situation situation) throws SQLException {
        Person person = Person.of(row);
        Priority priority = Priority.of(row.get("priority", String.class));
        Duration waited = Duration.between(row.get("newest_at", Instant.class), situation.now());
        Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
        metadata.put("phone", person.phone());
        metadata.put("message_id", row.get("newest_id", Long.class));
        metadata.put("lead_id", row.find("lead_id", UUID.class));
        metadata.put("days_waited", waited.toDays());
        return new Notification(
                row.get("id", String.class),
                row.get("tenant_id", Integer.class),
                TYPE,
                situation.texts().followUp(person, priority, waited),
                priority,
                row.get("seller_id", UUID.class),
                null,
                "conversation",
                person.phone(),
                metadata);
    }
}
