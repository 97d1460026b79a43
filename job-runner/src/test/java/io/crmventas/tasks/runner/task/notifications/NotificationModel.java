package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.runner.task.model.Crm;
import io.crmventas.tasks.runner.task.notifications.Check.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** Task {@code notification-checks} in plain Java: which notifications a run adds, and how many the caps cut. */
final class NotificationModel {
    private final Crm crm;
    private final List<PerformanceModel.Metrics> metrics;
    private final Set<String> existing;
    private final CheckRules rules;

    final Map<String, ExpectedNotification> added = new TreeMap<>();
    long unansweredCut;
    long hotLeadCut;
    long followUpCut;

    NotificationModel(
            Crm crm,
            List<PerformanceModel.Metrics> metrics,
            Set<String> existing,
            Instant now,
            NotificationChecks parameters) {
        this.crm = crm;
        this.metrics = metrics;
        this.existing = existing;
        this.rules = new CheckRules(crm, now, parameters);
    }

    NotificationModel run() {
        for (Crm.Tenant tenant : crm.tenants) {
            unansweredCut += cap(new UnansweredModel(rules).candidates(tenant), rules.number(Kind.UNANSWERED, "cap"));
            hotLeadCut += cap(new HotLeadModel(rules).candidates(tenant), rules.number(Kind.HOT_LEADS, "cap"));
            followUpCut += cap(new FollowUpModel(rules).candidates(tenant), rules.number(Kind.FOLLOW_UPS, "cap"));
            new PerformanceModel(rules, metrics)
                    .alerts(tenant).stream().filter(this::wanted).forEach(this::add);
        }
        return this;
    }

    private long cap(List<Candidate> candidates, int cap) {
        List<Candidate> wanted = candidates.stream()
                .map(one -> new Candidate(
                        one.key(), one.copies().stream().filter(this::wanted).toList()))
                .filter(one -> !one.copies().isEmpty())
                .sorted()
                .toList();
        wanted.stream().limit(cap).flatMap(one -> one.copies().stream()).forEach(this::add);
        return Math.max(0, wanted.size() - cap);
    }

    private boolean wanted(ExpectedNotification one) {
        return !existing.contains(one.id()) && !muted(one.recipient(), one.type());
    }

    private void add(ExpectedNotification one) {
        added.put(one.id(), one);
    }

    private boolean muted(UUID user, String type) {
        return crm.mutes.stream()
                .filter(mute -> mute.userId().equals(user.toString()))
                .anyMatch(mute -> (mute.until() != null && mute.until().isAfter(rules.now()))
                        || (mute.types() != null
                                && mute.types().startsWith("[")
                                && CheckedCrm.json(mute.types())
                                        .valueStream()
                                        .anyMatch(element -> type.equals(element.textValue()))));
    }
}
