package io.crmventas.tasks.api.v1alpha1;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import java.io.IOException;

/**
 * Reads any integer that the API server stores with 64 bits. A reader of 32 bits would throw for a larger one. The
 * watch would then end, and the operator would no longer observe any task.
 */
class StoredInteger extends JsonDeserializer<Integer> {
    @Override
    public Integer deserialize(JsonParser json, DeserializationContext context) throws IOException {
        return Math.clamp(json.getValueAsLong(), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    /** This class adds the default for a primitive, because Jackson has none when a class of ours reads it. */
    static final class OrZero extends StoredInteger {
        @Override
        public Integer getNullValue(DeserializationContext context) {
            return 0;
        }
    }
}
