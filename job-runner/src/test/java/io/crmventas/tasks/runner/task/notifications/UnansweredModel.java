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

/** The first line of the contract's table, one conversation at a time. */
record UnansweredModel(CheckWords words) {
    List<Placed> cases(Crm.Tenant tenant) {
        List<Placed> cases = new ArrayList<>();
        for (Conversation conversation : words.model().conversations(tenant.id())) {
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
            if (!words.olderThan(Model.at(first), words.age(Kind.UNANSWERED, "unansweredBefore"))
                    || !words.within(Model.at(messages.getLast()), words.age(Kind.UNANSWERED, "activeSince"))) {
                continue;
            }
            Map<String, String> metadata = new TreeMap<>();
            metadata.put("phone", conversation.from());
            metadata.put("message_id", String.valueOf(first.id()));
            metadata.put("seller_id", assigned.toString());
            metadata.put(
                    "lead_id",
                    words.leadOf(conversation)
                            .map(lead -> lead.id().toString())
                            .findFirst()
                            .orElse("null"));
            metadata.put(
                    "minutes_waited",
                    String.valueOf(words.waited(Model.at(first)).toMinutes()));
            List<ExpectedNotification> copies = new ArrayList<>();
            if (words.isSeller(assigned, tenant)) {
                copies.add(words.notification(
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
            if (words.olderThan(Model.at(first), words.age(Kind.UNANSWERED, "escalateBefore"))) {
                for (UUID ceo : words.ceos(tenant)) {
                    copies.add(words.notification(
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
            cases.add(new Placed(List.of(Model.at(first), first.id()), copies));
        }
        return cases;
    }
}
