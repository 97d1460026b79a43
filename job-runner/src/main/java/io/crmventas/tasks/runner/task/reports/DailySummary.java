package io.crmventas.tasks.runner.task.reports;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.crmventas.tasks.runner.task.JsonText;
import io.crmventas.tasks.runner.task.output.Publication;
import java.time.Duration;

/** What the CRM's screen reads of a reported day. */
final class DailySummary {
    private static final Duration EXPIRY = Duration.ofHours(1);

    private DailySummary() {}

    static Publication of(Figures figures) {
        ObjectNode summary = figures.metadata().deepCopy();
        summary.setAll(figures.screen());
        return new Publication.CacheEntry(
                "daily:summary:tenant:" + figures.reportDay().tenantId() + ":" + figures.date(),
                JsonText.of(summary),
                EXPIRY);
    }
}
