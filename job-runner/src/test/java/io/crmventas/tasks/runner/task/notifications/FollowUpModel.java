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

/** The third line of the contract's table, one conversation at a time. */
record FollowUpModel(CheckWords words) {
    List<Placed> cases(Crm.Tenant tenant) {
        List<Placed> cases = new ArrayList<>();
        for (Conversation conversation : words.model().conversations(tenant.id())) {
            UUID assigned = Model.assignedSeller(conversation);
            if (assigned == null
                    || !words.isSeller(assigned, tenant)
                    || conversation.messages().isEmpty()) {
                continue;
            }
            Crm.Message newest = conversation.messages().getLast();
            Instant at = Model.at(newest);
            Crm.Lead lead = words.leadOf(conversation).findFirst().orElse(null);
            Priority priority = null;
            if (lead == null) {
                priority = words.olderThan(at, words.age(Kind.FOLLOW_UPS, "noLeadBefore")) ? Priority.LOW : null;
            } else if (words.closed(lead)) {
                continue;
            } else if (CheckWords.in(lead, CheckWords.CONTACTED) || CheckWords.in(lead, CheckWords.QUALIFIED)) {
                priority = words.olderThan(at, words.age(Kind.FOLLOW_UPS, "contactedBefore")) ? Priority.HIGH : null;
            } else if (CheckWords.in(lead, CheckWords.NEW)) {
                priority = words.olderThan(at, words.age(Kind.FOLLOW_UPS, "newBefore")) ? Priority.MEDIUM : null;
            }
            if (priority == null || !words.within(at, words.age(Kind.FOLLOW_UPS, "activeSince"))) {
                continue;
            }
            Map<String, String> metadata = new TreeMap<>();
            metadata.put("phone", conversation.from());
            metadata.put("message_id", String.valueOf(newest.id()));
            metadata.put("lead_id", lead == null ? "null" : lead.id().toString());
            metadata.put("days_waited", String.valueOf(words.waited(at).toDays()));
            cases.add(new Placed(
                    List.of(priority, at, newest.id()),
                    List.of(words.notification(
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
        return cases;
    }
}
