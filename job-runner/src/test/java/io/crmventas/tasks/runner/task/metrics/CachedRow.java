package io.crmventas.tasks.runner.task.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** What the CRM would read from Redis. */
final class CachedRow {
    private CachedRow() {}

    static JsonNode parse(String json) throws JsonProcessingException {
        return new JsonMapper().readTree(json);
    }
}
