package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.runner.task.model.Crm;
import io.crmventas.tasks.runner.task.notifications.Check.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** Task {@code notification-checks} in plain Java: who is told what, and what the caps cut. */
final class NotificationModel {
    private final Crm crm;
    private final List<PerformanceModel.Metrics> metrics;
    private final Set<String> existing;
    private final CheckWords words;

    final Map<String, ExpectedNotification> told = new TreeMap<>();
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
        this.words = new CheckWords(crm, now, parameters);
    }

    NotificationModel run() {
        for (Crm.Tenant tenant : crm.tenants) {
            unansweredCut += cap(new UnansweredModel(words).cases(tenant), words.number(Kind.UNANSWERED, "cap"));
            hotLeadCut += cap(new HotLeadModel(words).cases(tenant), words.number(Kind.HOT_LEADS, "cap"));
            followUpCut += cap(new FollowUpModel(words).cases(tenant), words.number(Kind.FOLLOW_UPS, "cap"));
            new PerformanceModel(words, metrics)
                    .alerts(tenant).stream().filter(this::wanted).forEach(this::tell);
        }
        return this;
    }

    private long cap(List<Placed> cases, int cap) {
        List<Placed> wanted = cases.stream()
                .map(one -> new Placed(
                        one.key(), one.copies().stream().filter(this::wanted).toList()))
                .filter(one -> !one.copies().isEmpty())
                .sorted()
                .toList();
        wanted.stream().limit(cap).flatMap(one -> one.copies().stream()).forEach(this::tell);
        return Math.max(0, wanted.size() - cap);
    }

    private boolean wanted(ExpectedNotification one) {
        return !existing.contains(one.id()) && !muted(one.recipient(), one.type());
    }

    private void tell(ExpectedNotification one) {
        told.put(one.id(), one);
    }

    private boolean muted(UUID user, String type) {
        return crm.mutes.stream()
                .filter(mute -> mute.userId().equals(user.toString()))
                .anyMatch(mute -> (mute.until() != null && mute.until().isAfter(words.now()))
                        || (mute.types() != null
                                && mute.types().startsWith("[")
                                && CheckedCrm.json(mute.types())
                                        .valueStream()
                                        .anyMatch(element -> type.equals(element.textValue()))));
    }
}
