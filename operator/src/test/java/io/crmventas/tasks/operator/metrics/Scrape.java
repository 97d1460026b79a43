package io.crmventas.tasks.operator.metrics;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.crmventas.tasks.operator.config.OperatorConfig;
import io.crmventas.tasks.operator.config.RunnerSettings;
import io.crmventas.tasks.operator.status.StatusObserver.StatusChange;
import io.crmventas.tasks.operator.testing.TestTasks;
import io.crmventas.tasks.operator.view.OperatorView;
import io.crmventas.tasks.operator.webhook.Webhooks;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** This fixture holds tasks and scrapes their metrics. */
final class Scrape {
    static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final RunnerSettings RUNNER = new RunnerSettings(
            "image",
            "IfNotPresent",
            List.of(),
            Optional.empty(),
            new RunnerSettings.Log("INFO", false, true),
            OperatorConfig.from(Map.of(
                            "RUNNER_IMAGE",
                            "image",
                            "POD_NAMESPACE",
                            "crm",
                            "RUNNER_PROFILES",
                            "{\"large\": {\"resources\": {\"limits\": {\"memory\": \"1Gi\"}}}}"))
                    .runner()
                    .catalog());

    final List<CrmScheduledTask> tasks = new ArrayList<>();
    boolean leading = true;
    final OperatorMetrics metrics =
            new OperatorMetrics(this::look, RUNNER, "0123456789ab", Clock.fixed(NOW, ZoneOffset.UTC));

    /** @return a scrape whose tasks have every series that the operator exports */
    static Scrape withAllSeries() {
        Scrape scrape = new Scrape();
        String run = """
                {jobName: a, jobUid: a, trigger: Scheduled, scheduledTime: "2026-11-23T11:55:00Z",
                startTime: "2026-11-23T11:55:02Z", completionTime: "2026-11-23T11:55:05Z", durationSeconds: 2,
                result: Failed, reason: "quoted \\"word\\" \\\\ \\n", counts: {reports: 1}, database: connected,
                redis: available, usage: {cpuSeconds: 1, peakMemoryBytes: 1}}""".replace("\n", " ");
        CrmScheduledTask task = scrape.task("cleanup", """
                conditions:
                - {type: Suspended, status: "True", reason: Paused, message: "", lastTransitionTime: "2026-11-23T11:00:00Z"}
                - {type: Fresh, status: "False", reason: Stale, message: "", lastTransitionTime: "2026-11-23T11:00:00Z"}
                - {type: Preflight, status: "True", reason: Passed, message: "", lastTransitionTime: "2026-11-23T11:00:00Z"}
                schedule: 2-59/5 * * * *
                nextRunTime: "2026-11-23T12:02:00Z"
                lastSuccessTime: "2026-11-23T11:55:05Z"
                consecutiveFailures: 1
                history:
                - {jobName: b, completionTime: "2026-11-23T11:55:05Z", result: NoWork}
                - {jobName: a, completionTime: "2026-11-23T11:50:05Z", result: NoWork}
                lastRun:\s""" + run);
        scrape.record(task, Scrape.run(run));
        try (Webhooks webhooks = Webhooks.parse("{}", Clock.fixed(NOW, ZoneOffset.UTC))) {
            webhooks.deliveries().labelValues("chat", "success").inc();
            scrape.metrics.register(webhooks.deliveries());
        }
        return scrape;
    }

    private OperatorView look() {
        return new OperatorView(
                () -> tasks,
                leading,
                true,
                true,
                Map.of(),
                true,
                new OperatorView.Loop(7, 1, Optional.empty(), Optional.of(NOW)));
    }

    CrmScheduledTask task(String name, String statusYaml) {
        CrmScheduledTask task = TestTasks.stored(name, "{task: cleanup, interval: 5m}");
        task.getMetadata().setUid("uid-of-" + name);
        task.setStatus(Serialization.unmarshal(
                        "apiVersion: crmventas.io/v1alpha1\nkind: CrmScheduledTask\nstatus:\n" + statusYaml.indent(2),
                        CrmScheduledTask.class)
                .getStatus());
        tasks.add(task);
        return task;
    }

    static CrmScheduledTaskStatus status(String yaml) {
        return Serialization.unmarshal("---\n" + yaml, CrmScheduledTaskStatus.class);
    }

    static Run run(String yaml) {
        return Serialization.unmarshal("---\n" + yaml, Run.class);
    }

    void record(CrmScheduledTask task, Run... finished) {
        metrics.written(new StatusChange(task, CrmScheduledTaskStatus.EMPTY, status("{}"), List.of(finished)));
    }

    String text() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try {
            metrics.writeTo(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return body.toString(StandardCharsets.UTF_8);
    }

    /** @return the lines of these metrics, without the labels that every task has */
    List<String> lines(String... metrics) {
        return text().lines()
                .filter(line -> Arrays.stream(metrics)
                        .anyMatch(metric -> line.startsWith(metric + "{") || line.startsWith(metric + " ")))
                .map(line -> line.replaceAll("(?<=[{,])(name|namespace|task)=\"[^\"]*\",?", "")
                        .replace(",}", "}")
                        .replace("{}", ""))
                .toList();
    }
}
