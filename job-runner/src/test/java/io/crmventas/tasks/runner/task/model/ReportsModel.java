package io.crmventas.tasks.runner.task.model;

import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;
import static java.util.Comparator.nullsLast;
import static java.util.Comparator.reverseOrder;

import io.crmventas.tasks.runner.task.model.Model.Conversation;
import io.crmventas.tasks.runner.task.model.Model.Span;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Task {@code daily-reports} in plain Java, by the contract and one report at a time. */
public record ReportsModel(Crm crm, Instant now, int days) {
    private static final Duration THIRTY_DAYS = Duration.ofDays(30);

    private record Member(
            String id,
            long conversations,
            long sent,
            @Nullable Long responseTime,
            long assigned,
            long converted,
            @Nullable BigDecimal rate) {
        Map<String, @Nullable Object> json() {
            Map<String, @Nullable Object> json = new TreeMap<>();
            json.put("seller_id", id);
            json.put("conversations", conversations);
            json.put("messages_sent", sent);
            json.put("avg_response_time_seconds", responseTime);
            json.put("leads_assigned", assigned);
            json.put("leads_converted", converted);
            json.put("conversion_rate", rate);
            return json;
        }
    }

    /** Returns the metadata of each report by notification id. */
    public Map<String, Map<String, @Nullable Object>> reports() {
        Model model = new Model(crm, now);
        Map<String, Map<String, @Nullable Object>> reports = new TreeMap<>();
        for (Crm.Tenant tenant : crm.tenants) {
            for (int ago = 1; ago <= days; ago++) {
                LocalDate date = model.date(tenant, ago);
                Span day = Model.day(tenant, date);
                if (tenant.createdAt() != null && !day.end().isAfter(tenant.createdAt())) {
                    continue;
                }
                for (Crm.User ceo : model.sellers()) {
                    if (ceo.role().equals("ceo") && Objects.equals(ceo.tenantId(), tenant.id()) && !muted(ceo)) {
                        String id = "daily_report_" + tenant.id() + "_"
                                + date.toString().replace("-", "") + "_" + ceo.id();
                        reports.put(id, metadata(model, tenant, date));
                    }
                }
            }
        }
        return reports;
    }

    private boolean muted(Crm.User user) {
        return crm.mutes.stream()
                .filter(mute -> mute.userId().equals(user.id().toString()))
                .anyMatch(mute -> (mute.until() != null && mute.until().isAfter(now))
                        || "[\"metric_alert\"]".equals(mute.types()));
    }

    private Map<String, @Nullable Object> metadata(Model model, Crm.Tenant tenant, LocalDate date) {
        Span day = Model.day(tenant, date);
        List<Conversation> conversations = model.conversations(tenant.id());
        List<Crm.Lead> decided = model.leads(tenant.id()).stream()
                .filter(lead -> day.has(
                        lead.convertedAt() != null
                                ? lead.convertedAt()
                                : lead.statusChangedAt() != null ? lead.statusChangedAt() : lead.updatedAt()))
                .toList();
        List<Member> team = model.sellers().stream()
                .filter(seller -> Objects.equals(seller.tenantId(), tenant.id()))
                .map(seller -> member(model, tenant, seller, day))
                .sorted(comparing(Member::id))
                .toList();

        Map<String, @Nullable Object> metadata = new TreeMap<>();
        metadata.put("kind", "daily_report");
        metadata.put("date", date.toString());
        metadata.put(
                "new_leads",
                model.leads(tenant.id()).stream()
                        .filter(lead -> day.has(lead.createdAt()))
                        .count());
        metadata.put("won", decided.stream().filter(Model::won).count());
        metadata.put("lost", decided.stream().filter(Model::lost).count());
        metadata.put(
                "won_value",
                decided.stream().filter(Model::won).map(ReportsModel::value).reduce(BigDecimal.ZERO, BigDecimal::add));
        metadata.put("messages_in", count(conversations, day, Model::isUser));
        metadata.put("messages_out", count(conversations, day, Model::isAssistant));
        metadata.put("active_conversations", active(conversations, day));
        metadata.put(
                "unanswered_now",
                conversations.stream().filter(model::unanswered).count());
        metadata.put("avg_response_time_seconds", responseTime(conversations, day));
        metadata.put("team", team.stream().map(Member::json).toList());
        metadata.put(
                "best_seller_id",
                team.stream()
                        .filter(member -> member.converted() > 0)
                        .min(comparing(Member::converted, reverseOrder())
                                .thenComparing(Member::rate, nullsLast(reverseOrder()))
                                .thenComparing(Member::sent, reverseOrder())
                                .thenComparing(Member::id, naturalOrder()))
                        .map(Member::id)
                        .orElse(null));
        return metadata;
    }

    private static Member member(Model model, Crm.Tenant tenant, Crm.User seller, Span day) {
        List<Conversation> conversations = model.conversationsOf(seller);
        List<Crm.Lead> leads = model.leads(tenant.id()).stream()
                .filter(lead -> seller.id().equals(lead.assignedSeller()))
                .filter(lead -> new Span(day.end().minus(THIRTY_DAYS), day.end()).has(lead.createdAt()))
                .toList();
        long converted = leads.stream().filter(Model::won).count();
        return new Member(
                seller.id().toString(),
                active(conversations, day),
                count(conversations, day, Model::isAssistant),
                responseTime(conversations, day),
                leads.size(),
                converted,
                Model.percentage(converted, leads.size()));
    }

    private static BigDecimal value(Crm.Lead lead) {
        BigDecimal value = lead.conversionValue();
        if (value == null || value.signum() == 0) {
            value = lead.estimatedValue();
        }
        return value == null ? BigDecimal.ZERO : value;
    }

    private static long active(List<Conversation> conversations, Span day) {
        return conversations.stream()
                .filter(conversation -> conversation.messages().stream().anyMatch(message -> day.has(message.at())))
                .count();
    }

    private static long count(List<Conversation> conversations, Span day, Predicate<Crm.Message> which) {
        return conversations.stream()
                .flatMap(conversation -> conversation.messages().stream())
                .filter(message -> day.has(message.at()))
                .filter(which)
                .count();
    }

    private static @Nullable Long responseTime(List<Conversation> conversations, Span day) {
        return Model.average(
                conversations.stream()
                        .flatMap(conversation ->
                                Model.answers(conversation, day.end().minus(THIRTY_DAYS), day).stream())
                        .toList(),
                1_000_000);
    }
}
