package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.runner.task.model.Crm;
import io.crmventas.tasks.runner.task.model.Model;
import io.crmventas.tasks.runner.task.model.Model.Conversation;
import io.crmventas.tasks.runner.task.notifications.Check.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Unanswered messages by the first line of the contract's table, one conversation at a time. */
record UnansweredModel(CheckRules rules) {
    List<Candidate> candidates(Crm.Tenant tenant) {
        List<Candidate> candidates = new ArrayList<>();
        for (Conversation conversation : rules.model().conversations(tenant.id())) {
            UUID assigned = Model.assignedSeller(conversation);
            List<Crm.Message> messages = conversation.messages();
            if (assigned == null || messages.isEmpty() || !Model.isUser(messages.getLast())) {
                continue;
            }
            int start = messages.size() - 1;
            while (start > 0 && Model.isUser(messages.get(start - 1))) {
                start--;
            }
            Crm.Message first = messages.get(start);
            if (!rules.olderThan(Model.at(first), rules.age(Kind.UNANSWERED, "unansweredBefore"))
                    || !rules.within(Model.at(messages.getLast()), rules.age(Kind.UNANSWERED, "activeSince"))) {
                continue;
            }
            Map<String, String> metadata = new TreeMap<>();
            metadata.put("phone", conversation.from());
            metadata.put("message_id", String.valueOf(first.id()));
            metadata.put("seller_id", assigned.toString());
            metadata.put(
                    "lead_id",
                    rules.leadOf(conversation)
                            .map(lead -> lead.id().toString())
                            .findFirst()
                            .orElse("null"));
            metadata.put(
                    "minutes_waited",
                    String.valueOf(rules.waited(Model.at(first)).toMinutes()));
            List<ExpectedNotification> copies = new ArrayList<>();
            if (rules.isSeller(assigned, tenant)) {
                copies.add(rules.notification(
                        "unanswered:" + first.id() + ":high:" + assigned,
                        tenant,
                        "unanswered",
                        "high",
                        assigned,
                        null,
                        "conversation",
                        conversation.from(),
                        metadata));
            }
            if (rules.olderThan(Model.at(first), rules.age(Kind.UNANSWERED, "escalateBefore"))) {
                for (UUID ceo : rules.ceos(tenant)) {
                    copies.add(rules.notification(
                            "unanswered:" + first.id() + ":critical:" + ceo,
                            tenant,
                            "unanswered",
                            "critical",
                            ceo,
                            assigned,
                            "conversation",
                            conversation.from(),
                            metadata));
                }
            }
            candidates.add(new Candidate(List.of(Model.at(first), first.id()), copies));
        }
        return candidates;
    }
}
