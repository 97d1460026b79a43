package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.runner.sql.Row;
import io.crmventas.tasks.runner.task.TenantDays;
import io.crmventas.tasks.runner.task.Words;
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

    private static String sql(Words words) {
        return """
                with %s,
                %s,
                %s,
                young as materialized (
                  select l.id as lead_id, l.tenant_id, l.phone_number::text as from_number, l.assigned_seller_id, d.day,
                    case l.lead_source when 'META_ADS' then 1.5 when 'REFERRAL' then 1.3 else 1.0 end as source_weight,
                    %s as status_group
                  from leads l
                  join tenant_days d on d.tenant_id = l.tenant_id
                  where l.created_at between :createdSince and :now
                ),
                scored as materialized (
                  select y.*, talk.messages, talk.newest_at,
                    talk.messages * y.source_weight * case when %s then 1.2 else 1.0 end as score
                  from young y
                  cross join lateral (
                    select count(*) as messages, max(m.created_at) as newest_at from chat_messages m
                    where m.tenant_id = y.tenant_id and m.from_number = y.from_number
                      and m.created_at >= :messagesSince and %s
                  ) talk
                  where not %s and talk.messages >= :minMessages and talk.newest_at >= :recentSince
                ),
                wanted as (
                  select s.*, 'high' as priority, r.seller_id as recipient_id
                  from scored s join listeners r on r.seller_id = s.assigned_seller_id and r.tenant_id = s.tenant_id
                  where s.score >= :minScore
                  union all
                  select s.*, 'critical', c.ceo_id
                  from scored s join listening_ceos c on c.tenant_id = s.tenant_id
                  where s.score >= :minScore and s.score >= :criticalScore
                ),
                untold as (
                  select w.*, named.id
                  from wanted w
                  cross join lateral (
                    select 'hot_lead:' || w.lead_id || ':' || w.day || ':' || w.priority || ':' || w.recipient_id as id
                  ) named
                  where %s
                ),
                placed as (
                  select u.*, dense_rank() over (
                    partition by tenant_id order by score desc, newest_at desc, lead_id::text collate "C") as place
                  from untold u
                ),
                counted as (
                  select p.*, max(place) over (partition by tenant_id) as places from placed p
                )
                select c.id, c.tenant_id, c.from_number as phone, c.lead_id, c.assigned_seller_id, c.messages, c.score,
                  c.priority, c.recipient_id, c.places, %s as lead_name, %s as seller_name
                from counted c
                join leads l on l.id = c.lead_id
                left join users u on u.id = c.assigned_seller_id
                where c.place <= :cap
                order by c.tenant_id, c.place, c.id collate "C"
                """.formatted(
                        TenantDays.CTE,
                        Recipients.of(TYPE, words),
                        words.finalStatuses(),
                        words.statusGroup("l"),
                        Words.open("y.status_group"),
                        Words.MESSAGE,
                        Words.closed("y.status_group"),
                        Recipients.untold("named.id"),
                        Person.fullName("l"),
                        Person.fullName("u"));
    }

    @Override
    public Found find(Connection connection, Situation situation) throws SQLException {
        NotificationParameters parameters = situation.parameters();
        Found found = new Found(parameters.maxHotLeads());
        situation
                .sql(sql(situation.words()))
                .with("createdSince", situation.ago(parameters.hotLeadMaxAge()))
                .with("messagesSince", situation.ago(parameters.hotLeadMessageWindow()))
                .with("recentSince", situation.ago(parameters.hotLeadRecency()))
                .with("minMessages", parameters.hotLeadMinMessages())
                .with("minScore", parameters.hotLeadScore())
                .with("criticalScore", parameters.hotLeadCriticalScore())
                .with("cap", parameters.maxHotLeads())
                .list(connection, row -> {
                    found.add(notification(row, situation), row.get("places", Long.class));
                    return null;
                });
        return found;
    }

    private static Notification notification(Row row, Situation situation) throws SQLException {
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
                        ? situation
                                .texts()
                                .hotLeadForCeo(person, messages, score, row.find("seller_name", String.class))
                        : situation.texts().hotLead(person, messages, score),
                priority,
                row.get("recipient_id", UUID.class),
                null,
                "lead",
                lead.toString(),
                metadata);
    }
}
