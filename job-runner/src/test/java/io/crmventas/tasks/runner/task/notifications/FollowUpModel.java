package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.runner.task.model.Crm;
import io.crmventas.tasks.runner.task.model.Model;
import io.crmventas.tasks.runner.task.model.Model.Conversation;
import io.crmventas.tasks.runner.task.notifications.Check.Kind;
import io.crmventas.tasks.runner.task.output.Notification.Priority;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Follow-ups by the third line of the contract's table, one conversation at a time. */
record FollowUpModel(CheckRules rules) {
    List<Candidate> candidates(Crm.Tenant tenant) {
        List<Candidate> candidates = new ArrayList<>();
        for (Conversation conversation : rules.model().conversations(tenant.id())) {
            UUID assigned = Model.assignedSeller(conversation);
            if (assigned == null
                    || !rules.isSeller(assigned, tenant)
                    || conversation.messages().isEmpty()) {
                continue;
            }
            Crm.Message newest = conversation.messages().getLast();
            Instant at = Model.at(newest);
            Crm.Lead lead = rules.leadOf(conversation).findFirst().orElse(null);
            Priority priority = null;
            if (lead == null) {
                priority = rules.olderThan(at, rules.age(Kind.FOLLOW_UPS, "noLeadBefore")) ? Priority.LOW : null;
            } else if (rules.closed(lead)) {
                continue;
            } else if (CheckRules.in(lead, CheckRules.CONTACTED) || CheckRules.in(lead, CheckRules.QUALIFIED)) {
                priority = rules.olderThan(at, rules.age(Kind.FOLLOW_UPS, "contactedBefore")) ? Priority.HIGH : null;
            } else if (CheckRules.in(lead, CheckRules.NEW)) {
                priority = rules.olderThan(at, rules.age(Kind.FOLLOW_UPS, "newBefore")) ? Priority.MEDIUM : null;
            }
            if (priority == null || !rules.within(at, rules.age(Kind.FOLLOW_UPS, "activeSince"))) {
                continue;
            }
            Map<String, String> metadata = new TreeMap<>();
            metadata.put("phone", conversation.from());
            metadata.put("message_id", String.valueOf(newest.id()));
            metadata.put("lead_id", lead == null ? "null" : lead.id().toString());
            metadata.put("days_waited", String.valueOf(rules.waited(at).toDays()));
            candidates.add(new Candidate(
                    List.of(priority, at, newest.id()),
                    List.of(rules.notification(
                            "followup:" + newest.id() + ":" + assigned,
                            tenant,
                            "followup",
                            priority.text(),
                            assigned,
                            null,
                            "conversation",
                            conversation.from(),
                            metadata))));
        }
        return candidates;
    }
}
