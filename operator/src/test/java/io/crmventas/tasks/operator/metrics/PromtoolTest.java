package io.crmventas.tasks.operator.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Prometheus' own opinion of names, types and help texts. */
class PromtoolTest {
    @Test
    void promtoolFindsNothing() throws IOException, InterruptedException {
        assumeTrue(
                Arrays.stream(System.getenv("PATH").split(":"))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "promtool"))),
                "promtool is not on the PATH; Debian's package prometheus has it");
        Scrape scrape = new Scrape();
        String run = """
                {jobName: a, jobUid: a, trigger: Scheduled, scheduledTime: "2026-11-23T11:55:00Z",
                startTime: "2026-11-23T11:55:02Z", completionTime: "2026-11-23T11:55:05Z", durationSeconds: 2,
                result: Failed, reason: "quoted \\"word\\" \\\\ \\n", counts: {reports: 1}, database: connected,
                redis: available, usage: {cpuSeconds: 1, peakMemoryBytes: 1}}""".replace("\n", " ");
        CrmScheduledTask task = scrape.task("cleanup", """
                conditions:
                - {type: Suspended, status: "True", reason: Paused, message: "", lastTransitionTime: ""}
                - {type: Fresh, status: "False", reason: Stale, message: "", lastTransitionTime: ""}
                - {type: Preflight, status: "True", reason: Passed, message: "", lastTransitionTime: ""}
                schedule: 2-59/5 * * * *
                nextRunTime: "2026-11-23T12:02:00Z"
                lastSuccessTime: "2026-11-23T11:55:05Z"
                consecutiveFailures: 1
                history:
                - {jobName: b, completionTime: "2026-11-23T11:55:05Z", result: NoWork}
                - {jobName: a, completionTime: "2026-11-23T11:50:05Z", result: NoWork}
                lastRun:\s""" + run);
        scrape.hear(task, null, Scrape.run(run));
        Deliveries deliveries = new Deliveries();
        deliveries.count("chat", "success");
        scrape.metrics.tell(deliveries);

        Process promtool = new ProcessBuilder("promtool", "check", "metrics")
                .redirectErrorStream(true)
                .start();
        try (OutputStream in = promtool.getOutputStream()) {
            in.write(scrape.text().getBytes(StandardCharsets.UTF_8));
        }
        String findings = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals("", findings);
        assertEquals(0, promtool.waitFor());
    }
}
