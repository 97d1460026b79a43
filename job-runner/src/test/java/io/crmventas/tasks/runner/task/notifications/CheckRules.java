package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.runner.task.model.Crm;
import io.crmventas.tasks.runner.task.model.Model;
import io.crmventas.tasks.runner.task.model.Model.Conversation;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The rules of the contract that only {@code notification-checks} needs, in plain Java. */
record CheckRules(Crm crm, Instant now, NotificationChecks parameters, Model model) {
    static final Set<String> NEW = Set.of("new", "nuevo");
    static final Set<String> CONTACTED =
            Set.of("contacted", "contactado", "derivado", "follow_up", "seguimiento_pendiente", "sin_respuesta");
    static final Set<String> QUALIFIED = Set.of(
            "interested",
            "negotiation",
            "negociacion",
            "qualified",
            "calificado",
            "llamada_agendada",
            "proposal_sent",
            "en_cierre");
    static final Set<String> REMOVED = Set.of("deleted", "blocked", "archived", "merged");

    CheckRules(Crm crm, Instant now, NotificationChecks parameters) {
        this(crm, now, parameters, new Model(crm, now));
    }

    <T> T parameter(Check.Kind kind, String name, Class<T> type) {
        return parameters.checks().stream()
                .filter(check -> check.kind() == kind)
                .map(check ->
                        type.cast(Objects.requireNonNull(check.parameters().get(name), name)))
                .findFirst()
                .orElseThrow();
    }

    Duration age(Check.Kind kind, String name) {
        return parameter(kind, name, Duration.class);
    }

    int number(Check.Kind kind, String name) {
        return parameter(kind, name, Number.class).intValue();
    }

    BigDecimal decimal(Check.Kind kind, String name) {
        return parameter(kind, name, BigDecimal.class);
    }

    ExpectedNotification notification(
            String id,
            Crm.Tenant tenant,
            String type,
            String priority,
            UUID recipient,
            @Nullable UUID sender,
            @Nullable String relatedType,
            @Nullable String relatedId,
            Map<String, String> metadata) {
        boolean expires = priority.equals("medium") || priority.equals("low");
        return new ExpectedNotification(
                id,
                tenant.id(),
                type,
                priority,
                recipient,
                sender,
                relatedType,
                relatedId,
                metadata,
                now,
                expires ? now.plus(Duration.ofDays(7)) : null);
    }

    String yyyymmdd(Crm.Tenant tenant) {
        return model.date(tenant, 0).format(DateTimeFormatter.BASIC_ISO_DATE);
    }

    Stream<Crm.Lead> leadOf(Conversation conversation) {
        return crm.leads.stream()
                .filter(lead -> lead.createdAt() == null || !lead.createdAt().isAfter(now))
                .filter(lead -> lead.tenantId() == conversation.tenantId()
                        && lead.phone().equals(conversation.from()));
    }

    boolean isSeller(UUID user, Crm.Tenant tenant) {
        return model.sellers().stream()
                .anyMatch(seller -> seller.id().equals(user) && Objects.equals(seller.tenantId(), tenant.id()));
    }

    List<UUID> ceos(Crm.Tenant tenant) {
        return model.sellers().stream()
                .filter(seller -> seller.role().equals("ceo") && Objects.equals(seller.tenantId(), tenant.id()))
                .map(Crm.User::id)
                .toList();
    }

    boolean closed(Crm.Lead lead) {
        return Model.won(lead)
                || Model.lost(lead)
                || in(lead, REMOVED)
                || crm.finalStatuses.stream()
                        .filter(status -> status.tenantId() == lead.tenantId())
                        .anyMatch(status -> in(lead, Set.of(status.code().toLowerCase(Locale.ROOT))));
    }

    static boolean in(Crm.Lead lead, Set<String> group) {
        return lead.status() != null && group.contains(lead.status().toLowerCase(Locale.ROOT));
    }

    Duration waited(Instant since) {
        return Duration.between(since, now);
    }

    boolean olderThan(Instant instant, Duration age) {
        return instant.isBefore(now.minus(age));
    }

    boolean within(Instant instant, Duration age) {
        return !instant.isBefore(now.minus(age)) && !instant.isAfter(now);
    }
}
