package io.crmventas.tasks.runner.task.output;

import java.time.Duration;

/** A message to Redis after the commit. Losing one is allowed, because the database holds the truth. */
public sealed interface Publication {
    /** PUBLISH: reaches the screens that listen now. */
    record Message(String channel, String json) implements Publication {}

    /** SET with expiry: fills the CRM's cache. */
    record CacheEntry(String key, String json, Duration expiry) implements Publication {}
}
