package io.crmventas.tasks.runner.task.notifications;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.task.model.CrmDatabase;
import io.crmventas.tasks.runner.task.notifications.CheckedCrm.StoredNotification;
import io.crmventas.tasks.runner.task.notifications.PerformanceModel.Metrics;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The task and a plain model of the contract must agree on random CRMs. */
class RandomChecksIT {
    private static final int DATABASES = 20;
    private static final int TENANTS = 12;
    private static final long FIRST_SEED = 20_260_310;
    private static final String SMALL_CAPS =
            "{\"maxUnanswered\": 2, \"maxHotLeads\": 1, \"maxFollowUps\": 2, \"followUpNoLeadAfter\": \"2d\","
                    + " \"hotLeadScore\": 2}";

    private final Map<String, Long> seen = new TreeMap<>();

    @Test
    void agreesWithThePlainModel() throws SQLException {
        try (Connection connection = CrmDatabase.create(RandomChecksIT.class, CrmSchema.REFERENCE_AND_OPTIONAL)) {
            for (long seed = FIRST_SEED; seed < FIRST_SEED + DATABASES; seed++) {
                if (seed == FIRST_SEED + DATABASES / 2) {
                    CrmDatabase.indexRecentMessages(connection);
                }
                compare(connection, seed);
            }
        }
        // The random CRMs must contain every case often enough, or the comparison proves little.
        for (String kind : List.of(
                "unanswered high",
                "unanswered critical",
                "hot_lead high",
                "hot_lead critical",
                "followup high",
                "followup medium",
                "followup low",
                "metric_alert medium",
                "metric_alert critical",
                "cut")) {
            assertTrue(seen.getOrDefault(kind, 0L) >= 30, () -> kind + " in " + seen);
        }
    }

    private void compare(Connection connection, long seed) throws SQLException {
        RandomChecks sample = new RandomChecks(seed, TENANTS);
        CheckedCrm checked = new CheckedCrm(connection);
        CrmDatabase.execute(connection, "truncate notification_settings");
        CrmDatabase.fill(connection, sample.crm);
        fill(connection, sample.metrics);
        Map<String, ExpectedNotification> expected = new TreeMap<>();
        // Runs twice at the same instant, because caps leave work for the second run, and once a little later.
        for (Duration later : List.of(Duration.ZERO, Duration.ZERO, Duration.ofMinutes(61))) {
            checked.now = sample.now.plus(later);
            checked.parameters = seed % 2 == 0 ? SMALL_CAPS : "{}";
            NotificationModel model = new NotificationModel(
                            sample.crm,
                            sample.metrics,
                            Set.copyOf(expected.keySet()),
                            checked.now,
                            CheckedCrm.task(checked.parameters))
                    .run();
            expected.putAll(model.added);
            checked.run();
            String run = "seed " + seed + ", " + later + " after " + sample.now;
            Map<String, ExpectedNotification> actual = actual(checked);
            assertEquals(Map.of(), without(expected, actual), () -> "missing or different in " + run);
            assertEquals(Map.of(), without(actual, expected), () -> "unexpected or different in " + run);
            assertEquals(
                    List.of(model.unansweredCut, model.hotLeadCut, model.followUpCut, 2L),
                    List.of(
                            checked.count(Counts.UNANSWERED_CUT),
                            checked.count(Counts.HOT_LEAD_CUT),
                            checked.count(Counts.FOLLOW_UP_CUT),
                            checked.count(Counts.ORPHAN_MESSAGES)),
                    run);
            model.added.values().forEach(one -> seen.merge(one.type() + " " + one.priority(), 1L, Long::sum));
            seen.merge("cut", model.unansweredCut + model.hotLeadCut + model.followUpCut, Long::sum);
        }
    }

    private static Map<String, ExpectedNotification> actual(CheckedCrm checked) throws SQLException {
        return checked.notifications().stream()
                .collect(Collectors.toMap(
                        StoredNotification::id, ExpectedNotification::of, (one, other) -> one, TreeMap::new));
    }

    /** Returns only the differences, because both maps would fill pages. */
    private static Map<String, ExpectedNotification> without(
            Map<String, ExpectedNotification> all, Map<String, ExpectedNotification> others) {
        Map<String, ExpectedNotification> rest = new TreeMap<>(all);
        rest.entrySet().removeAll(others.entrySet());
        return rest;
    }

    private static void fill(Connection connection, List<Metrics> metrics) throws SQLException {
        Sql.of("""
                insert into seller_metrics (seller_id, tenant_id, metrics_period_start, metrics_period_end,
                  metrics_calculated_at, avg_response_time_seconds, conversion_rate, leads_assigned,
                  active_conversations)
                select seller, tenant, start, calculated, calculated, response, rate, leads, active
                from unnest(:sellers::uuid[], :tenants::int[], :starts::timestamptz[], :calculated::timestamptz[],
                  :responses::int[], :rates::numeric[], :leads::int[], :actives::int[])
                  as m (seller, tenant, start, calculated, response, rate, leads, active)""")
                .with("sellers", "uuid", metrics, Metrics::seller)
                .with("tenants", "int4", metrics, Metrics::tenantId)
                .with("starts", "timestamptz", metrics, Metrics::start)
                .with("calculated", "timestamptz", metrics, Metrics::calculatedAt)
                .with("responses", "int4", metrics, Metrics::responseSeconds)
                .with("rates", "numeric", metrics, Metrics::conversionRate)
                .with("leads", "int4", metrics, Metrics::leads)
                .with("actives", "int4", metrics, Metrics::active)
                .update(connection);
    }
}
