package io.crmventas.tasks.runner.task.model;

import static java.util.Comparator.naturalOrder;

import io.crmventas.tasks.runner.task.model.Model.Conversation;
import io.crmventas.tasks.runner.task.model.Model.Span;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Task {@code metrics-refresh} in plain Java, by the contract's table and one seller at a time. */
public record MetricsModel(Crm crm, Instant now, Duration window) {
    /** Returns a row for each seller, with its values by column. */
    public List<Map<String, @Nullable Object>> rows() {
        Model model = new Model(crm, now);
        return model.sellers().stream().map(seller -> row(model, seller)).toList();
    }

    private Map<String, @Nullable Object> row(Model model, Crm.User seller) {
        int tenantId = Objects.requireNonNull(seller.tenantId());
        Crm.Tenant tenant = crm.tenants.stream()
                .filter(one -> one.id() == tenantId)
                .findFirst()
                .orElseThrow();
        Span today = Model.day(tenant, model.date(tenant, 0));
        Instant windowStart = now.minus(window);
        Predicate<Crm.Message> inWindow = message -> !Model.at(message).isBefore(windowStart);
        Predicate<Crm.Message> isToday = message -> today.has(message.at());
        List<Conversation> conversations = model.conversationsOf(seller);

        List<Crm.Lead> leads = model.leads(tenantId).stream()
                .filter(lead -> seller.id().equals(lead.assignedSeller()))
                .filter(lead -> lead.createdAt() != null && !lead.createdAt().isBefore(windowStart))
                .toList();
        List<Crm.Lead> prospects = leads.stream()
                .filter(lead -> "PROSPECTING".equals(lead.source()))
                .toList();
        List<Duration> sessions = new ArrayList<>();
        List<Duration> realSessions = new ArrayList<>();
        for (Conversation conversation : conversations) {
            List<Crm.Message> messages =
                    conversation.messages().stream().filter(isToday).toList();
            if (!messages.isEmpty()) {
                sessions.add(Duration.between(Model.at(messages.getFirst()), Model.at(messages.getLast())));
            }
            if (messages.size() > 1) {
                realSessions.add(sessions.getLast());
            }
        }

        Map<String, @Nullable Object> row = new TreeMap<>();
        row.put("seller_id", seller.id());
        row.put("tenant_id", (long) tenantId);
        row.put("metrics_period_start", today.start());
        row.put("metrics_period_end", now);
        row.put("metrics_calculated_at", now);
        row.put("total_conversations", having(conversations, inWindow));
        row.put(
                "active_conversations",
                having(conversations, message -> !Model.at(message).isBefore(now.minus(Duration.ofHours(24)))));
        row.put(
                "conversations_assigned_today",
                conversations.stream()
                        .filter(conversation -> today.has(conversation.rows().stream()
                                .map(Crm.Message::assignedAt)
                                .filter(model::exists)
                                .max(naturalOrder())
                                .orElse(null)))
                        .count());
        row.put("total_messages_sent", count(conversations, isToday.and(Model::isAssistant)));
        row.put("total_messages_received", count(conversations, isToday.and(Model::isUser)));
        row.put(
                "avg_response_time_seconds",
                Model.average(
                        conversations.stream()
                                .flatMap(conversation -> Model.answers(conversation, windowStart, today).stream())
                                .toList(),
                        1_000_000));
        row.put("leads_assigned", (long) leads.size());
        row.put("leads_converted", leads.stream().filter(Model::won).count());
        row.put(
                "conversion_rate",
                Model.percentage(leads.stream().filter(Model::won).count(), leads.size()));
        row.put("prospects_generated", (long) prospects.size());
        row.put("prospects_converted", prospects.stream().filter(Model::won).count());
        row.put("total_chat_minutes", Model.rounded(sessions, 60_000_000));
        row.put("avg_session_duration_minutes", Model.average(realSessions, 60_000_000));
        row.put(
                "last_activity_at",
                conversations.stream()
                        .flatMap(conversation -> conversation.messages().stream())
                        .filter(inWindow.and(Model::isAssistant))
                        .map(Model::at)
                        .max(naturalOrder())
                        .orElse(null));
        return row;
    }

    private static long having(List<Conversation> conversations, Predicate<Crm.Message> message) {
        return conversations.stream()
                .filter(conversation -> conversation.messages().stream().anyMatch(message))
                .count();
    }

    private static long count(List<Conversation> conversations, Predicate<Crm.Message> message) {
        return conversations.stream()
                .mapToLong(conversation ->
                        conversation.messages().stream().filter(message).count())
                .sum();
    }
}
