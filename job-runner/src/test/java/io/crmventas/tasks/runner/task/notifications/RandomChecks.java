package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.runner.task.model.Crm;
import io.crmventas.tasks.runner.task.model.Model;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A small random CRM. Most of its instants lie within a microsecond of the boundary of a rule. The same seed gives the
 * same CRM.
 */
final class RandomChecks {
    private static final List<@Nullable String> ZONES = Arrays.asList(
            "America/Argentina/Buenos_Aires",
            "America/New_York",
            "Asia/Kathmandu",
            "Pacific/Apia",
            "America/Santiago",
            "UTC+3",
            null);
    private static final List<@Nullable String> STATUSES = Arrays.asList(
            "new",
            "NUEVO",
            "nuevo",
            "contacted",
            "Derivado",
            "sin_respuesta",
            "Interested",
            "en_cierre",
            "won",
            "LOST",
            "archived",
            "merged",
            "Firmado",
            "FIRMADO",
            "señado",
            "SEÑADO",
            " new",
            "otro",
            "",
            null);
    private static final List<@Nullable String> SOURCES =
            Arrays.asList("META_ADS", "meta_ads", "REFERRAL", "ORGANIC", "APIFY", null);
    private static final List<LocalDate> DATES = List.of(
            LocalDate.parse("2026-03-08"),
            LocalDate.parse("2026-11-01"),
            LocalDate.parse("2026-09-06"),
            LocalDate.parse("2026-06-30"));

    final Crm crm = new Crm();
    final List<PerformanceModel.Metrics> metrics = new ArrayList<>();
    final Instant now;
    private final Random random;

    RandomChecks(long seed, int tenants) {
        random = new Random(seed);
        ZoneId zone = Model.zone(new Crm.Tenant(0, pick(ZONES), null));
        LocalTime time = maybe(2) ? LocalTime.NOON : LocalTime.MIDNIGHT;
        now = pick(DATES).atTime(time).atZone(zone).toInstant().plusNanos(1_000L * (random.nextInt(3) - 1));
        UUID root = crm.user(null, "ceo");
        List<UUID> foreignUsers = new ArrayList<>(List.of(root));
        for (int id = 1; id <= tenants; id++) {
            tenant(id, foreignUsers);
        }
        for (@Nullable Integer missingTenant : Arrays.asList(null, 4_711)) {
            crm.message(missingTenant, "+1", "user", now.minus(Duration.ofHours(2)), root, null);
        }
    }

    private void tenant(int id, List<UUID> foreignUsers) {
        Crm.Tenant tenant = new Crm.Tenant(id, pick(ZONES), null);
        crm.tenants.add(tenant);
        List<UUID> users = new ArrayList<>();
        for (int i = random.nextInt(5); i >= 0; i--) {
            users.add(crm.user(
                    id,
                    pick(List.of("ceo", "ceo", "setter", "closer", "professional", "secretary")),
                    maybe(6) ? pick(List.of("suspended", "pending")) : "active"));
        }
        users.forEach(this::settings);
        users.forEach(user -> metrics(user, tenant));
        users.add(pick(foreignUsers));
        foreignUsers.add(users.getFirst());
        for (String code : List.of("Firmado", "SEÑADO", "new")) {
            if (maybe(4)) {
                crm.finalStatuses.add(new Crm.FinalStatus(id, code));
            }
        }
        Set<String> phones = new HashSet<>();
        for (int c = random.nextInt(24); c > 0; c--) {
            String phone = pick(List.of("+1", "+2", " +1", "+1 ", "ñandú", "ÑANDÚ")) + c;
            phones.add(phone);
            conversation(id, phone, users);
        }
        for (String phone : phones) {
            if (!maybe(3)) {
                lead(id, phone, users);
            }
        }
    }

    private void settings(UUID user) {
        if (maybe(5)) {
            crm.mutes.add(new Crm.Mute(
                    user.toString(),
                    maybe(2) ? now.plusNanos(1_000L * (random.nextInt(3) - 1)) : null,
                    pick(Arrays.asList(
                            "[\"unanswered\", \"x\"]",
                            "[\"hot_lead\"]",
                            "[\"followup\"]",
                            "[\"metric_alert\"]",
                            "\"unanswered\"",
                            "{\"hot_lead\": true}",
                            "[[\"followup\"]]",
                            "[null, 1]",
                            "null",
                            null))));
        }
    }

    private void metrics(UUID user, Crm.Tenant tenant) {
        ZoneId zone = Model.zone(tenant);
        Instant midnight = now.atZone(zone).toLocalDate().atStartOfDay(zone).toInstant();
        metrics.add(new PerformanceModel.Metrics(
                user,
                tenant.id(),
                maybe(6) ? midnight.plusSeconds(pick(List.of(-3_600, 1, 3_600))) : midnight,
                pick(edges("PT1H", "PT2H")),
                pick(Arrays.asList(null, 0, 1_800, 1_801, 3_600, 3_601, 90_000)),
                pick(Arrays.asList(null, new BigDecimal("0.00"), new BigDecimal("9.99"), new BigDecimal("10.00"))),
                pick(List.of(0, 4, 5, 50)),
                pick(Arrays.asList(null, 0, 2, 3))));
    }

    private void conversation(int tenantId, String phone, List<UUID> users) {
        List<Instant> instants = switch (random.nextInt(4)) {
            case 0 -> maybe(2) ? edges("PT0S", "PT1H", "PT2H", "PT24H", "PT1M") : edges("PT2H", "PT24H");
            case 1 -> edges("PT1H", "PT4H", "PT24H", "PT90M", "P3D", "P40D");
            default -> edges(pick(List.of("P1D", "P2D", "P2D", "P3D", "P3D", "P30D", "P5D")), "P31D");
        };
        List<String> roles = maybe(2) ? List.of("user", "user", "user", "assistant") : List.of("user", "assistant");
        for (int m = random.nextInt(12); m >= 0; m--) {
            crm.message(
                    tenantId,
                    phone,
                    maybe(9) ? pick(List.of("system", "tool")) : pick(roles),
                    maybe(20) ? null : pick(instants),
                    maybe(3) ? pick(users) : null,
                    maybe(3) ? pick(instants) : null);
        }
        if (maybe(2)) {
            crm.message(tenantId, phone, "system", now.minus(Duration.ofDays(random.nextInt(400))), pick(users), null);
        }
    }

    private void lead(int tenantId, String phone, List<UUID> users) {
        Crm.Lead draft = crm.draft(
                tenantId,
                pick(STATUSES),
                maybe(5) ? null : pick(users),
                maybe(8) ? null : pick(edges("PT1H", "P7D", "P2D")));
        crm.lead(new Crm.Lead(
                draft.id(),
                tenantId,
                phone,
                draft.status(),
                pick(SOURCES),
                draft.assignedSeller(),
                draft.createdAt(),
                null,
                null,
                null,
                null,
                null));
    }

    /** Returns the instants of these ages, their neighbours one microsecond away, and an instant after now. */
    private List<Instant> edges(String... ages) {
        List<Instant> edges = new ArrayList<>();
        for (String age : ages) {
            Instant edge = now.minus(Duration.parse(age));
            edges.addAll(List.of(edge, edge.minusNanos(1_000), edge.plusNanos(1_000)));
        }
        edges.add(now.plusSeconds(1));
        return edges;
    }

    private boolean maybe(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    private <T extends @Nullable Object> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
