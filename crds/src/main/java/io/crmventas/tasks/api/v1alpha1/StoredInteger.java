package io.crmventas.tasks.api.v1alpha1;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import java.io.IOException;

/**
 * Reads any integer that the API server stores. It has 64 bits there, and a reader of 32 bits throws for a larger one:
 * then the watch ends, and the operator no longer sees any task.
 */
class StoredInteger extends JsonDeserializer<Integer> {
    @Override
    public Integer deserialize(JsonParser json, DeserializationContext context) throws IOException {
        return Math.clamp(json.getValueAsLong(), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    /** For a primitive: Jackson has no default for a primitive that it reads by a class of ours. */
    static final class OrZero extends StoredInteger {
        @Override
        public Integer getNullValue(DeserializationContext context) {
            return 0;
        }
    }
}
