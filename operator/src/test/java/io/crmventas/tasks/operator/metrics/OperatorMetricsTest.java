package io.crmventas.tasks.operator.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec;
import io.crmventas.tasks.operator.testing.TestTasks;
import io.crmventas.tasks.operator.webhook.Webhooks;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OperatorMetricsTest {
    private static final String SUCCESS = """
            {jobName: cleanup-29000001, jobUid: one, trigger: Scheduled, scheduledTime: "2026-11-23T11:55:00Z",
             startTime: "2026-11-23T11:55:02Z", completionTime: "2026-11-23T11:55:05Z", durationSeconds: 2.25,
             attempts: 1, result: Succeeded, reason: Succeeded, counts: {notificationsDeleted: 12, metricsDeleted: 3},
             database: connected, redis: disabled, usage: {cpuSeconds: 0.4, peakMemoryBytes: 73400320}}
            """;
    private static final String FAILURE = """
            {jobName: cleanup-29000006, jobUid: two, trigger: Scheduled, completionTime: "2026-11-23T11:59:00Z",
             result: Failed, reason: DatabaseUnavailable}
            """;

    private final Scrape scrape = new Scrape();

    @Test
    void exportsTheStatusOfATask() {
        scrape.task("cleanup", """
                conditions:
                - {type: Ready, status: "True", reason: Scheduled, message: "", lastTransitionTime: "2026-11-23T11:00:00Z"}
                - {type: Suspended, status: "True", reason: Paused, message: "", lastTransitionTime: "2026-11-23T11:00:00Z"}
                - {type: Fresh, status: "False", reason: Stale, message: "", lastTransitionTime: "2026-11-23T11:00:00Z"}
                - {type: Preflight, status: Unknown, reason: Running, message: "", lastTransitionTime: "2026-11-23T11:00:00Z"}
                schedule: 2-59/5 * * * *
                timeZone: Etc/UTC
                active: [cleanup-29000007]
                lastScheduleTime: "2026-11-23T11:57:00Z"
                nextRunTime: "2026-11-23T12:02:00Z"
                lastSuccessTime: "2026-11-23T11:55:05Z"
                consecutiveFailures: 1
                counters: {runs: 9, succeeded: 8, failed: 1, missed: 4, skipped: 2}
                pause: {since: "2026-11-23T11:50:00Z", source: Operator}
                history:
                - {jobName: c, trigger: Scheduled, completionTime: "2026-11-23T11:55:05Z", durationSeconds: 2, result: NoWork}
                - {jobName: b, trigger: Manual, completionTime: "2026-11-23T11:52:05Z", durationSeconds: 2, result: NoWork}
                - {jobName: a, trigger: Scheduled, completionTime: "2026-11-23T11:50:08Z", durationSeconds: 4, result: NoWork}
                lastRun: %s
                """.formatted(SUCCESS.replace("\n", " ").strip()));
        assertEquals(
                List.of(
                        "crm_task_active_runs 1.0",
                        "crm_task_consecutive_failures 1.0",
                        "crm_task_database_connected 1.0",
                        "crm_task_enabled 1.0",
                        "crm_task_fresh 0.0",
                        "crm_task_info{enabled=\"true\",schedule=\"2-59/5 * * * *\",time_zone=\"Etc/UTC\"} 1",
                        "crm_task_interval_seconds 300.0",
                        "crm_task_last_run_cpu_seconds 0.4",
                        "crm_task_last_run_duration_seconds 2.25",
                        "crm_task_last_run_info{reason=\"Succeeded\",result=\"Succeeded\",trigger=\"Scheduled\"} 1",
                        "crm_task_last_run_interval_seconds 299.0",
                        "crm_task_last_run_peak_memory_bytes 7.340032E7",
                        "crm_task_last_run_timestamp_seconds 1.795434905E9",
                        "crm_task_last_success_timestamp_seconds 1.795434905E9",
                        "crm_task_memory_limit_bytes 2.68435456E8",
                        "crm_task_missed_starts_total 4.0",
                        "crm_task_next_run_timestamp_seconds 1.79543532E9",
                        "crm_task_operator_build_info{version=\"development\"} 1",
                        "crm_task_operator_configuration_info{hash=\"0123456789ab\"} 1",
                        "crm_task_operator_leader 1.0",
                        "crm_task_operator_paused 1.0",
                        "crm_task_operator_reconciliations_total{result=\"error\"} 1.0",
                        "crm_task_operator_reconciliations_total{result=\"success\"} 7.0",
                        "crm_task_operator_refused_namespaces 0.0",
                        "crm_task_operator_scheduling_enabled 1.0",
                        "crm_task_operator_watching 1.0",
                        "crm_task_ready 1.0",
                        "crm_task_skipped_starts_total 2.0",
                        "crm_task_spec_changes_total 0.0",
                        "crm_task_suspended 1.0",
                        "crm_task_suspension_info{reason=\"Paused\"} 1",
                        "crm_task_timeout_seconds 300.0"),
                ownSeries()
                        .filter(line -> !line.matches("crm_task_(runs_|items_|run_).*"))
                        .toList());
    }

    private Stream<String> ownSeries() {
        String[] names = scrape.text()
                .lines()
                .filter(line -> line.startsWith("crm_task"))
                .map(line -> line.replaceAll("[{ ].*", ""))
                .distinct()
                .toArray(String[]::new);
        return scrape.lines(names).stream().sorted();
    }

    @Test
    void omitsUnknownValues() {
        scrape.task("cleanup", "lastRun: {jobName: a, result: Unknown, database: unknown, redis: disabled}");
        String known = ownSeries().collect(Collectors.joining("\n"));
        for (String unknown : List.of("fresh", "preflight_passed", "database", "redis", "usage", "last_run_duration")) {
            assertFalse(known.contains("crm_task_" + unknown), unknown + " in\n" + known);
        }
    }

    /** A person or a backup tool can write any number and any time into the status. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "counters: {runs: -1, succeeded: -1, failed: -1, missed: -9223372036854775808, skipped: -1}",
                "nextRunTime: +999999999-12-31T23:59:59Z",
                "lastRun: {jobName: a, result: Failed, completionTime: -999999999-01-01T00:00:00Z}",
                "history: [{completionTime: +999999999-12-31T23:59:59Z}, {completionTime: -999999999-01-01T00:00:00Z}]",
                "startsCountedUntil: +999999999-12-31T23:59:59Z"
            })
    void aStatusWithImpossibleValuesDoesNotHideTheOtherTasks(String status) {
        scrape.task("edited", "{schedule: '*/5 * * * *', timeZone: Etc/UTC, " + status + "}");
        scrape.task("other", "counters: {runs: 9, succeeded: 9, failed: 0, missed: 4, skipped: 0}");
        assertEquals(
                List.of("crm_task_missed_starts_total 0.0", "crm_task_missed_starts_total 4.0"),
                scrape.lines("crm_task_missed_starts_total"));
    }

    @Test
    void countsRunsByResultAndTrigger() {
        CrmScheduledTask task = scrape.task("cleanup", "{}");
        scrape.record(task, Scrape.run(SUCCESS), Scrape.run(FAILURE));
        scrape.record(task, Scrape.run("{jobName: m, jobUid: m, trigger: Manual, result: NoWork}"));
        assertEquals(
                List.of(
                        "crm_task_runs_total{result=\"Failed\",trigger=\"Scheduled\"} 1.0",
                        "crm_task_runs_total{result=\"NoWork\",trigger=\"Manual\"} 1.0",
                        "crm_task_runs_total{result=\"NoWork\",trigger=\"Scheduled\"} 0.0",
                        "crm_task_runs_total{result=\"Partial\",trigger=\"Scheduled\"} 0.0",
                        "crm_task_runs_total{result=\"Succeeded\",trigger=\"Scheduled\"} 1.0"),
                scrape.lines("crm_task_runs_total").stream().sorted().toList());
        assertEquals(
                List.of("crm_task_run_failures_total{reason=\"DatabaseUnavailable\"} 1.0"),
                scrape.lines("crm_task_run_failures_total"));
        assertEquals(
                List.of(
                        "crm_task_items_total{item=\"chatSessionsDeleted\"} 0.0",
                        "crm_task_items_total{item=\"metricsDeleted\"} 3.0",
                        "crm_task_items_total{item=\"notificationsDeleted\"} 12.0"),
                scrape.lines("crm_task_items_total").stream().sorted().toList());
    }

    @Test
    void sortsDurationsAndStartDelaysIntoBuckets() {
        CrmScheduledTask task = scrape.task("cleanup", "{}");
        // Prometheus counts no increase in a series that begins with the first run.
        assertEquals(
                List.of("crm_task_run_duration_seconds_count 0", "crm_task_run_start_delay_seconds_count 0"),
                scrape.lines("crm_task_run_duration_seconds_count", "crm_task_run_start_delay_seconds_count"));
        scrape.record(task, Scrape.run(SUCCESS));
        List<String> durations = scrape.lines("crm_task_run_duration_seconds_bucket");
        assertTrue(durations.contains("crm_task_run_duration_seconds_bucket{le=\"1.0\"} 0"), durations.toString());
        assertTrue(durations.contains("crm_task_run_duration_seconds_bucket{le=\"2.5\"} 1"), durations.toString());
        assertEquals(
                List.of("crm_task_run_duration_seconds_sum 2.25"), scrape.lines("crm_task_run_duration_seconds_sum"));
        scrape.record(task, Scrape.run(SUCCESS.replace("Scheduled,", "CatchUp,").replace("11:55:00Z", "10:55:00Z")));
        assertEquals(
                List.of("crm_task_run_start_delay_seconds_sum 2.0"),
                scrape.lines("crm_task_run_start_delay_seconds_sum"));
    }

    @Test
    void countsTheChangesOfTheSpec() {
        scrape.task("cleanup", "{}").getMetadata().setGeneration(3L);
        assertEquals(List.of("crm_task_spec_changes_total 2.0"), scrape.lines("crm_task_spec_changes_total"));
    }

    /** Without a series at zero, increase() would miss the first failed message. */
    @Test
    void countsTheMessagesOfAWebhookFromZero() {
        String file = "{\"webhooks\": [{\"name\": \"chat\", \"url\": \"https://example.test/\"}]}";
        try (Webhooks webhooks = Webhooks.parse(file, Clock.systemUTC())) {
            scrape.metrics.register(webhooks.deliveries());
            assertEquals(
                    List.of(
                            "crm_task_operator_webhook_deliveries_total{result=\"failure\",target=\"chat\"} 0.0",
                            "crm_task_operator_webhook_deliveries_total{result=\"success\",target=\"chat\"} 0.0"),
                    scrape.lines("crm_task_operator_webhook_deliveries_total").stream()
                            .sorted()
                            .toList());
        }
    }

    @Test
    void forgetsDeletedTasks() {
        CrmScheduledTask task = scrape.task("cleanup", "{}");
        scrape.record(task, Scrape.run(SUCCESS));
        scrape.tasks.clear();
        assertFalse(scrape.text().contains("name=\"cleanup\""));
        CrmScheduledTask recreated = scrape.task("cleanup", "{}");
        recreated.getMetadata().setUid("another");
        assertTrue(
                scrape.lines("crm_task_items_total").stream().allMatch(line -> line.endsWith(" 0.0")),
                "the counts of the deleted task are gone");
    }

    @Test
    void onlyTheLeaderExportsTasks() {
        scrape.record(scrape.task("cleanup", "{}"), Scrape.run(SUCCESS));
        scrape.leading = false;
        assertEquals(List.of("crm_task_operator_leader 0.0"), scrape.lines("crm_task_operator_leader"));
        assertFalse(scrape.text().contains("name=\"cleanup\""));
    }

    /** A report of an extra task can hold any reason, and each reason would add a series. */
    @Test
    void reasonsAreAClosedSet() {
        CrmScheduledTask task = scrape.task("send-invoices", "lastRun: {jobName: a, result: Failed, reason: SmtpDown}");
        for (String reason : List.of("SmtpDown", "DatabaseUnavailable", "SmtpBusy")) {
            scrape.record(task, Scrape.run("{jobName: a, result: Failed, reason: " + reason + "}"));
        }
        assertEquals(
                List.of(
                        "crm_task_run_failures_total{reason=\"DatabaseUnavailable\"} 1.0",
                        "crm_task_run_failures_total{reason=\"Other\"} 2.0"),
                scrape.lines("crm_task_run_failures_total").stream().sorted().toList());
        assertEquals(
                List.of("crm_task_last_run_info{reason=\"Other\",result=\"Failed\",trigger=\"\"} 1"),
                scrape.lines("crm_task_last_run_info"));
        assertFalse(scrape.text().contains("Smtp"));
    }

    @Test
    void limitsTheItemsOfAReport() {
        CrmScheduledTask task = scrape.task("cleanup", "{}");
        String counts = IntStream.range(0, 200)
                .mapToObj(number -> "\"" + "x".repeat(100) + number + "\\n\\\"}\": -1, \"item" + number + "\": 1")
                .collect(Collectors.joining(","));
        scrape.record(task, Scrape.run("{jobName: a, result: Succeeded, counts: {" + counts + "}}"));
        List<String> items = scrape.lines("crm_task_items_total");
        assertEquals(33, items.size(), items.toString());
        assertTrue(items.contains("crm_task_items_total{item=\"Other\"} 171.0"), items.toString());
    }

    @Test
    void exportsTheIntervalOfACronSchedule() {
        CrmScheduledTask task = scrape.task("report", """
                schedule: 0 8 * * 1-5
                timeZone: Europe/Madrid
                lastScheduleTime: "2026-11-23T07:00:00Z"
                """);
        assertEquals(List.of("crm_task_interval_seconds 86400.0"), scrape.lines("crm_task_interval_seconds"));
        task.setStatus(
                Scrape.status("{schedule: 0 8 * * *, timeZone: Etc/UTC, lastScheduleTime: '2026-11-23T11:58:31Z'}"));
        assertEquals(
                List.of("crm_task_interval_seconds 86400.0"),
                scrape.lines("crm_task_interval_seconds"),
                "the last schedule time is no time of this schedule");
        task.setStatus(Scrape.status("{schedule: '@every 7m0s', timeZone: Etc/UTC}"));
        assertEquals(List.of("crm_task_interval_seconds 420.0"), scrape.lines("crm_task_interval_seconds"));
        task.setStatus(Scrape.status("{schedule: nonsense, timeZone: Nowhere}"));
        assertEquals(List.of(), scrape.lines("crm_task_interval_seconds"));
    }

    @Test
    void exportsTheDueStartUntilItHappensOrIsMissed() {
        CrmScheduledTask task = scrape.task("cleanup", """
                schedule: "*/15 * * * *"
                timeZone: Etc/UTC
                startsCountedUntil: "2026-11-23T11:30:00Z"
                nextRunTime: "2026-11-23T12:15:00Z"
                """);
        assertEquals(
                List.of("crm_task_next_run_timestamp_seconds "
                        + (double) Instant.parse("2026-11-23T11:45:00Z").getEpochSecond()),
                scrape.lines("crm_task_next_run_timestamp_seconds"));
        task.setStatus(Scrape.status(
                "{schedule: '*/15 * * * *', timeZone: Etc/UTC, startsCountedUntil: '2026-11-23T12:00:00Z',"
                        + " nextRunTime: '2026-11-23T12:15:00Z'}"));
        assertEquals(
                List.of("crm_task_next_run_timestamp_seconds "
                        + (double) Instant.parse("2026-11-23T12:15:00Z").getEpochSecond()),
                scrape.lines("crm_task_next_run_timestamp_seconds"));
        task.setStatus(Scrape.status(
                "{schedule: '*/15 * * * *', timeZone: Etc/UTC, startsCountedUntil: '2026-11-23T11:30:00Z'}"));
        assertEquals(
                List.of(), scrape.lines("crm_task_next_run_timestamp_seconds"), "a suspended task has no next run");
    }

    @Test
    void exportsTheMemoryLimitOfTheProfile() {
        CrmScheduledTask task = scrape.task("cleanup", "{}");
        CrmScheduledTaskSpec spec = TestTasks.spec("{task: cleanup, interval: 5m, runnerProfile: large}");
        task.setSpec(spec);
        assertEquals(List.of("crm_task_memory_limit_bytes 1.073741824E9"), scrape.lines("crm_task_memory_limit_bytes"));
    }
}
