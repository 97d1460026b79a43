package io.crmventas.tasks.runner.task.model;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Small random CRMs with many boundary values. The same seed gives the same CRM. */
public final class RandomCrm {
    private static final List<@Nullable String> ZONES = Arrays.asList(
            "America/Argentina/Buenos_Aires",
            "Europe/Madrid",
            "America/Sao_Paulo",
            "America/Havana",
            "Australia/Lord_Howe",
            "Asia/Kathmandu",
            "Pacific/Kiritimati",
            "UTC",
            null,
            "UTC+3",
            "europe/madrid",
            "Mars/Olympus");
    /** Instants on or near the days on which the clocks of a zone change. */
    private static final List<String> NOWS = List.of(
            "2026-03-29T09:17:23.123456Z",
            "2026-10-25T23:30:00Z",
            "2026-10-26T00:00:00Z",
            "2018-11-04T15:00:00.000001Z",
            "2018-02-18T12:00:00Z",
            "2026-03-08T18:45:59.999999Z",
            "2026-11-01T20:00:00Z",
            "2026-04-05T03:00:00Z",
            "2026-07-15T14:30:00Z",
            "2026-01-01T03:00:00Z");

    private static final List<@Nullable String> STATUSES = Arrays.asList(
            "won",
            "WON",
            "Closed_Won",
            "cerrado_ganado",
            "CONVERTED",
            "client",
            "lost",
            "Descartado",
            "closed_lost",
            "new",
            "nuevo",
            "contactado",
            "archived",
            "merged",
            " won",
            "ganado",
            "firmado",
            "",
            null);
    private static final List<@Nullable String> SOURCES =
            Arrays.asList("PROSPECTING", "PROSPECTING", "prospecting", "ORGANIC", "META_ADS", null);

    private final Random random;
    private final Crm crm = new Crm();
    private final Instant now;

    private RandomCrm(long seed) {
        random = new Random(seed);
        now = Instant.parse(pick(NOWS));
    }

    public record Sample(Crm crm, Instant now) {}

    public static Sample of(long seed, int tenants) {
        RandomCrm generator = new RandomCrm(seed);
        for (int id = 1; id <= tenants; id++) {
            generator.tenant(id);
        }
        generator.addForeignRows();
        return new Sample(generator.crm, generator.now);
    }

    private void tenant(int id) {
        Crm.Tenant tenant = new Crm.Tenant(id, pick(ZONES), null);
        List<Instant> edges = edges(Model.zone(tenant));
        // Half of the tenants have no creation time. Some of the others are too young for a report of every day.
        crm.tenants.add(new Crm.Tenant(id, tenant.timezone(), maybe(2) ? null : pick(edges)));
        List<UUID> users = new ArrayList<>();
        for (int i = random.nextInt(6); i >= 0; i--) {
            users.add(crm.user(
                    id,
                    pick(List.of("ceo", "ceo", "setter", "closer", "professional", "secretary")),
                    maybe(5) ? pick(List.of("suspended", "pending")) : "active"));
        }
        for (UUID user : users) {
            if (maybe(6)) {
                crm.mutes.add(new Crm.Mute(
                        user.toString(),
                        maybe(2) ? now.plusSeconds(random.nextInt(3) - 1) : null,
                        pick(Arrays.asList(
                                "[\"metric_alert\"]",
                                "[\"followup\"]",
                                "{\"metric_alert\": 1}",
                                "\"metric_alert\"",
                                null))));
            }
        }
        if (maybe(3)) {
            crm.finalStatuses.add(new Crm.FinalStatus(id, "Firmado"));
        }
        for (int c = random.nextInt(5); c > 0; c--) {
            conversation(id, pick(List.of("+1", "+2", " +1", "+1 ", "ñandú", "NANDU")) + c, users, edges);
        }
        for (int l = random.nextInt(9); l > 0; l--) {
            lead(id, users, edges);
        }
    }

    private void conversation(int tenantId, String from, List<UUID> users, List<Instant> edges) {
        // There are few different instants, so that ties and single microseconds decide.
        List<Instant> instants = new ArrayList<>();
        Instant about = maybe(2) ? now.minusSeconds(random.nextInt(100_000)) : pick(edges);
        for (int i = 0; i < 6; i++) {
            instants.add(about.plusSeconds(random.nextInt(7_200)));
            instants.add(pick(edges));
            instants.add(about.plus(Duration.ofNanos(500_000_000L + random.nextInt(3) * 1_000L)));
        }
        for (int m = random.nextInt(16); m > 0; m--) {
            boolean assigned = maybe(4);
            crm.message(
                    tenantId,
                    from,
                    pick(List.of("user", "user", "user", "assistant", "assistant", "system", "tool")),
                    maybe(20) ? null : pick(instants),
                    assigned ? pick(users) : null,
                    maybe(4) ? pick(instants) : null);
        }
    }

    private void lead(int tenantId, List<UUID> users, List<Instant> edges) {
        Crm.Lead draft =
                crm.draft(tenantId, pick(STATUSES), maybe(5) ? null : pick(users), maybe(8) ? null : pick(edges));
        crm.lead(new Crm.Lead(
                draft.id(),
                tenantId,
                draft.phone(),
                draft.status(),
                pick(SOURCES),
                draft.assignedSeller(),
                draft.createdAt(),
                maybe(4) ? pick(edges) : null,
                maybe(2) ? pick(edges) : null,
                maybe(8) ? null : pick(edges),
                maybe(2) ? BigDecimal.valueOf(random.nextInt(4) * 1_234_567L, 2) : null,
                maybe(3) ? null : BigDecimal.valueOf(random.nextInt(1_000_000), 2)));
    }

    /** Adds rows without tenant, rows of a deleted tenant, and rows that name users of other tenants. */
    private void addForeignRows() {
        UUID root = crm.user(null, "ceo");
        crm.message(null, "+1", "user", now.minusSeconds(5_000), root, now);
        crm.message(999_999, "+1", "assistant", now.minusSeconds(4_000), root, now);
        int last = crm.tenants.getLast().id();
        UUID foreignUser = crm.users.getFirst().id();
        crm.message(last, "+77", "user", now.minusSeconds(7_200), foreignUser, now.minusSeconds(10));
        crm.message(last, "+78", "assistant", now.minusSeconds(7_200), root, now.minusSeconds(10));
        crm.lead(last, "won", foreignUser, now.minusSeconds(90_000).toString());
        addTwinOf(1, last + 1);
    }

    /** Adds a tenant whose rows have the numbers and instants of another tenant's, and higher ids. */
    private void addTwinOf(int tenant, int twin) {
        crm.tenants.add(new Crm.Tenant(twin, "UTC", null));
        UUID seller = crm.user(twin, "closer");
        for (Crm.Message message : List.copyOf(crm.messages)) {
            if (Objects.equals(message.tenantId(), tenant)) {
                crm.message(
                        twin,
                        message.from(),
                        message.role(),
                        message.at(),
                        message.assignedSeller() == null ? null : seller,
                        message.assignedAt());
            }
        }
    }

    /** Returns the boundaries of the rules, their neighbours one microsecond away, and some instants in between. */
    private List<Instant> edges(ZoneId zone) {
        List<Instant> edges = new ArrayList<>();
        LocalDate today = now.atZone(zone).toLocalDate();
        for (int ago = -1; ago <= 4; ago++) {
            Instant midnight = today.minusDays(ago).atStartOfDay(zone).toInstant();
            edges.add(midnight);
            edges.add(midnight.minus(Duration.ofDays(30)));
            edges.add(midnight.plusSeconds(random.nextInt(80_000)));
        }
        for (long hours : new long[] {0, 1, 24, 24 * 30, 24 * 2}) {
            edges.add(now.minus(Duration.ofHours(hours)));
        }
        for (Instant edge : List.copyOf(edges)) {
            edges.add(edge.plusNanos(1_000));
            edges.add(edge.minusNanos(1_000));
        }
        return edges;
    }

    private boolean maybe(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    private <T extends @Nullable Object> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
