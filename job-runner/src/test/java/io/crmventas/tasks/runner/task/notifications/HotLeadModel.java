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

/** Hot leads by the second line of the contract's table, one lead at a time. */
record HotLeadModel(CheckRules rules) {
    List<Candidate> candidates(Crm.Tenant tenant) {
        List<Candidate> candidates = new ArrayList<>();
        List<Conversation> conversations = rules.model().conversations(tenant.id());
        for (Crm.Lead lead : rules.crm().leads) {
            if (lead.tenantId() != tenant.id()
                    || lead.createdAt() == null
                    || !rules.within(lead.createdAt(), rules.age(Kind.HOT_LEADS, "createdSince"))
                    || rules.closed(lead)) {
                continue;
            }
            List<Crm.Message> messages = conversations.stream()
                    .filter(conversation -> conversation.from().equals(lead.phone()))
                    .flatMap(conversation -> conversation.messages().stream())
                    .toList();
            long count = messages.stream()
                    .filter(message -> rules.within(Model.at(message), rules.age(Kind.HOT_LEADS, "messagesSince")))
                    .count();
            if (count < rules.number(Kind.HOT_LEADS, "minMessages")
                    || !rules.within(Model.at(messages.getLast()), rules.age(Kind.HOT_LEADS, "recentSince"))) {
                continue;
            }
            BigDecimal score = BigDecimal.valueOf(count);
            if ("META_ADS".equals(lead.source())) {
                score = score.multiply(new BigDecimal("1.5"));
            } else if ("REFERRAL".equals(lead.source())) {
                score = score.multiply(new BigDecimal("1.3"));
            }
            if (CheckRules.in(lead, CheckRules.NEW)
                    || CheckRules.in(lead, CheckRules.CONTACTED)
                    || CheckRules.in(lead, CheckRules.QUALIFIED)) {
                score = score.multiply(new BigDecimal("1.2"));
            }
            Map<String, String> metadata = new TreeMap<>();
            metadata.put("phone", lead.phone());
            metadata.put("lead_id", lead.id().toString());
            metadata.put("seller_id", String.valueOf(lead.assignedSeller()));
            metadata.put("messages", String.valueOf(count));
            metadata.put("score", score.setScale(2).toPlainString());
            String id = "hot_lead:" + lead.id() + ":" + rules.yyyymmdd(tenant) + ":";
            List<ExpectedNotification> copies = new ArrayList<>();
            UUID assigned = lead.assignedSeller();
            if (score.compareTo(rules.decimal(Kind.HOT_LEADS, "minScore")) >= 0
                    && assigned != null
                    && rules.isSeller(assigned, tenant)) {
                copies.add(rules.notification(
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
            if (score.compareTo(rules.decimal(Kind.HOT_LEADS, "criticalScore")) >= 0) {
                for (UUID ceo : rules.ceos(tenant)) {
                    copies.add(rules.notification(
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
                    Duration.between(rules.now(), Model.at(messages.getLast())).toNanos();
            candidates.add(new Candidate(
                    List.of(score.negate().setScale(2), -newest, lead.id().toString()), copies));
        }
        return candidates;
    }
}
