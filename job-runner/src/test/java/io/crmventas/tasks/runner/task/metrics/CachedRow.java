package io.crmventas.tasks.runner.task.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Parses a row as the CRM reads it from Redis. */
final class CachedRow {
    private CachedRow() {}

    static JsonNode parse(String json) throws JsonProcessingException {
        return new JsonMapper().readTree(json);
    }
}
