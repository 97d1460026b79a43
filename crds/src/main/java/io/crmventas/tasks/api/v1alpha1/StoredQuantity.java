package io.crmventas.tasks.api.v1alpha1;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;

/**
 * Reads any quantity that the API server stores. The schema of a CRD allows every text, and fabric8's own reader throws
 * for an empty one: then the watch ends, and the operator no longer sees any task. We keep the text as it is. The API
 * server refuses the CronJob with it and names the field, and only that task is not ready.
 */
final class StoredQuantity extends JsonDeserializer<Quantity> {
    @Override
    public Quantity deserialize(JsonParser json, DeserializationContext context) throws IOException {
        String text = json.getValueAsString("");
        try {
            return new Quantity(text);
        } catch (IllegalArgumentException notAQuantity) {
            return new Quantity(text, "");
        }
    }
}
