package io.crmventas.tasks.runner.task.output;

import java.time.Duration;

/** A message to Redis after the commit. It can be lost, because the CRM finds the same data in the database. */
public sealed interface Publication {
    /** Redis sends this message to the screens that listen now (PUBLISH). */
    record Message(String channel, String json) implements Publication {}

    /** Redis keeps this value in the CRM's cache until its expiry (SET). */
    record CacheEntry(String key, String json, Duration expiry) implements Publication {}
}
