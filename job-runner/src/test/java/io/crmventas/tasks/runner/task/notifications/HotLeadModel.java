package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.runner.task.model.Crm;
import io.crmventas.tasks.runner.task.model.Model;
import io.crmventas.tasks.runner.task.model.Model.Conversation;
import io.crmventas.tasks.runner.task.notifications.Check.Kind;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** The second line of the contract's table, one lead at a time. */
record HotLeadModel(CheckWords words) {
    List<Placed> cases(Crm.Tenant tenant) {
        List<Placed> cases = new ArrayList<>();
        List<Conversation> conversations = words.model().conversations(tenant.id());
        for (Crm.Lead lead : words.crm().leads) {
            if (lead.tenantId() != tenant.id()
                    || lead.createdAt() == null
                    || !words.within(lead.createdAt(), words.age(Kind.HOT_LEADS, "createdSince"))
                    || words.closed(lead)) {
                continue;
            }
            List<Crm.Message> messages = conversations.stream()
                    .filter(conversation -> conversation.from().equals(lead.phone()))
                    .flatMap(conversation -> conversation.messages().stream())
                    .toList();
            long count = messages.stream()
                    .filter(message -> words.within(Model.at(message), words.age(Kind.HOT_LEADS, "messagesSince")))
                    .count();
            if (count < words.number(Kind.HOT_LEADS, "minMessages")
                    || !words.within(Model.at(messages.getLast()), words.age(Kind.HOT_LEADS, "recentSince"))) {
                continue;
            }
            BigDecimal score = BigDecimal.valueOf(count);
            if ("META_ADS".equals(lead.source())) {
                score = score.multiply(new BigDecimal("1.5"));
            } else if ("REFERRAL".equals(lead.source())) {
                score = score.multiply(new BigDecimal("1.3"));
            }
            if (CheckWords.in(lead, CheckWords.NEW)
                    || CheckWords.in(lead, CheckWords.CONTACTED)
                    || CheckWords.in(lead, CheckWords.QUALIFIED)) {
                score = score.multiply(new BigDecimal("1.2"));
            }
            Map<String, String> metadata = new TreeMap<>();
            metadata.put("phone", lead.phone());
            metadata.put("lead_id", lead.id().toString());
            metadata.put("seller_id", String.valueOf(lead.assignedSeller()));
            metadata.put("messages", String.valueOf(count));
            metadata.put("score", score.setScale(2).toPlainString());
            String id = "hot_lead:" + lead.id() + ":" + words.yyyymmdd(tenant) + ":";
            List<ExpectedNotification> copies = new ArrayList<>();
            UUID assigned = lead.assignedSeller();
            if (score.compareTo(words.decimal(Kind.HOT_LEADS, "minScore")) >= 0
                    && assigned != null
                    && words.isSeller(assigned, tenant)) {
                copies.add(words.notification(
                        id + "high:" + assigned,
                        tenant,
                        "hot_lead",
                        "high",
                        assigned,
                        null,
                        "lead",
                        lead.id().toString(),
                        metadata));
            }
            if (score.compareTo(words.decimal(Kind.HOT_LEADS, "criticalScore")) >= 0) {
                for (UUID ceo : words.ceos(tenant)) {
                    copies.add(words.notification(
                            id + "critical:" + ceo,
                            tenant,
                            "hot_lead",
                            "critical",
                            ceo,
                            null,
                            "lead",
                            lead.id().toString(),
                            metadata));
                }
            }
            long newest =
                    Duration.between(words.now(), Model.at(messages.getLast())).toNanos();
            cases.add(new Placed(
                    List.of(score.negate().setScale(2), -newest, lead.id().toString()), copies));
        }
        return cases;
    }
}
