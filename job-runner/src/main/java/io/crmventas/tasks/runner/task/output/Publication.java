package io.crmventas.tasks.runner.task.output;

import java.time.Duration;

/** What Redis is told after the commit. Losing one is allowed: the database holds the truth. */
public sealed interface Publication {
    /** PUBLISH: rings the doorbell of whoever listens now. */
    record Message(String channel, String json) implements Publication {}

    /** SET with expiry: fills the CRM's cache. */
    record CacheEntry(String key, String json, Duration expiry) implements Publication {}
}
