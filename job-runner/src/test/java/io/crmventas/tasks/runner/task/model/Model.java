package io.crmventas.tasks.runner.task.model;

import static java.util.Comparator.comparing;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The terms of the data contract in plain Java. It reads row by row, because clarity matters more than speed here. */
public final class Model {
    private static final Set<String> WON = Set.of("closed_won", "cerrado_ganado", "converted", "client", "won");
    private static final Set<String> LOST = Set.of("closed_lost", "cerrado_perdido", "discarded", "descartado", "lost");
    private static final Set<String> SELLER_ROLES = Set.of("setter", "closer", "professional", "ceo");

    /** A conversation: all its rows that exist at {@code now} and, among them, its messages, both in order of time. */
    public record Conversation(int tenantId, String from, List<Crm.Message> rows, List<Crm.Message> messages) {}

    /** A span of time with an exclusive end. */
    public record Span(Instant start, Instant end) {
        public boolean has(@Nullable Instant at) {
            return at != null && !at.isBefore(start) && at.isBefore(end);
        }
    }

    private final Crm crm;
    public final Instant now;

    public Model(Crm crm, Instant now) {
        this.crm = crm;
        this.now = now;
    }

    public List<Crm.User> sellers() {
        return crm.users.stream()
                .filter(user -> user.status().equals("active"))
                .filter(user -> SELLER_ROLES.contains(user.role()))
                .filter(user -> crm.tenants.stream().anyMatch(tenant -> Objects.equals(tenant.id(), user.tenantId())))
                .toList();
    }

    public List<Conversation> conversations(int tenantId) {
        Map<String, List<Crm.Message>> rows = new LinkedHashMap<>();
        crm.messages.stream()
                .filter(message -> Objects.equals(message.tenantId(), tenantId))
                .filter(message -> exists(message.at()))
                .sorted(comparing(Model::at).thenComparingLong(Crm.Message::id))
                .forEach(message -> rows.computeIfAbsent(message.from(), none -> new ArrayList<>())
                        .add(message));
        return rows.entrySet().stream()
                .map(entry -> new Conversation(
                        tenantId,
                        entry.getKey(),
                        entry.getValue(),
                        entry.getValue().stream()
                                .filter(message -> isUser(message) || isAssistant(message))
                                .toList()))
                .toList();
    }

    public static @Nullable UUID assignedSeller(Conversation conversation) {
        UUID newest = null;
        for (Crm.Message row : conversation.rows()) {
            newest = row.assignedSeller() == null ? newest : row.assignedSeller();
        }
        return newest;
    }

    public List<Conversation> conversationsOf(Crm.User seller) {
        return conversations(Objects.requireNonNull(seller.tenantId())).stream()
                .filter(conversation -> seller.id().equals(assignedSeller(conversation)))
                .toList();
    }

    /** Returns how long each answer of {@code day} took. Messages before {@code seenFrom} are ignored. */
    public static List<Duration> answers(Conversation conversation, Instant seenFrom, Span day) {
        List<Duration> answers = new ArrayList<>();
        Instant waitingSince = null;
        for (Crm.Message message : conversation.messages()) {
            Instant at = at(message);
            if (at.isBefore(seenFrom)) {
                continue;
            }
            if (isUser(message)) {
                waitingSince = waitingSince == null ? at : waitingSince;
            } else {
                if (waitingSince != null && day.has(at)) {
                    answers.add(Duration.between(waitingSince, at));
                }
                waitingSince = null;
            }
        }
        return answers;
    }

    /** Whether the conversation ends in user messages, the first of them over 1 h old and the newest at most 24 h. */
    public boolean unanswered(Conversation conversation) {
        Crm.Message first = null;
        Crm.Message newest = null;
        for (Crm.Message message : conversation.messages()) {
            first = isAssistant(message) ? null : first == null ? message : first;
            newest = message;
        }
        return assignedSeller(conversation) != null
                && first != null
                && newest != null
                && at(first).isBefore(now.minus(Duration.ofHours(1)))
                && !at(newest).isBefore(now.minus(Duration.ofHours(24)));
    }

    /** A row without time does not exist for the contract, nor does a row of the future. */
    public boolean exists(@Nullable Instant at) {
        return at != null && !at.isAfter(now);
    }

    public List<Crm.Lead> leads(int tenantId) {
        return crm.leads.stream()
                .filter(lead -> lead.tenantId() == tenantId)
                .filter(lead -> lead.createdAt() == null || exists(lead.createdAt()))
                .toList();
    }

    public static boolean won(Crm.Lead lead) {
        return lead.status() != null && WON.contains(lead.status().toLowerCase(Locale.ROOT));
    }

    public static boolean lost(Crm.Lead lead) {
        return lead.status() != null && LOST.contains(lead.status().toLowerCase(Locale.ROOT));
    }

    public static ZoneId zone(Crm.Tenant tenant) {
        return tenant.timezone() != null && ZoneId.getAvailableZoneIds().contains(tenant.timezone())
                ? ZoneId.of(tenant.timezone())
                : ZoneOffset.UTC;
    }

    /** Returns the tenant's local date of {@code daysAgo} days ago. */
    public LocalDate date(Crm.Tenant tenant, int daysAgo) {
        return now.atZone(zone(tenant)).toLocalDate().minusDays(daysAgo);
    }

    public static Span day(Crm.Tenant tenant, LocalDate date) {
        ZoneId zone = zone(tenant);
        return new Span(
                date.atStartOfDay(zone).toInstant(),
                date.plusDays(1).atStartOfDay(zone).toInstant());
    }

    public static boolean isUser(Crm.Message message) {
        return message.role().equals("user");
    }

    public static boolean isAssistant(Crm.Message message) {
        return message.role().equals("assistant");
    }

    public static Instant at(Crm.Message message) {
        return Objects.requireNonNull(message.at());
    }

    public static long micros(Duration duration) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.EPOCH.plus(duration));
    }

    /** Rounds once and half up. Returns null for an empty list. */
    public static @Nullable Long average(List<Duration> durations, long unitMicros) {
        return durations.isEmpty() ? null : rounded(durations, unitMicros * durations.size());
    }

    public static long rounded(List<Duration> durations, long micros) {
        long sum = durations.stream().mapToLong(Model::micros).sum();
        return BigDecimal.valueOf(sum)
                .divide(BigDecimal.valueOf(micros), 0, RoundingMode.HALF_UP)
                .longValueExact();
    }

    public static @Nullable BigDecimal percentage(long part, long whole) {
        return whole == 0
                ? null
                : BigDecimal.valueOf(100 * part).divide(BigDecimal.valueOf(whole), 2, RoundingMode.HALF_UP);
    }
}
