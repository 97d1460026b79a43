package io.crmventas.tasks.api.v1alpha1;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.crmventas.tasks.contract.TimeText;
import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Instant;

/** A time of a status, which the resource holds as text (RFC 3339). */
@JacksonAnnotationsInside
@JsonSerialize(using = ToStringSerializer.class)
@JsonDeserialize(using = StoredTime.Reader.class)
@Retention(RetentionPolicy.RUNTIME)
public @interface StoredTime {
    /**
     * Stands for a text that is no time. Any client can write a status. An exception would end the watch, and the operator
     * would no longer observe any task.
     */
    Instant UNREADABLE = Instant.parse("0000-01-01T00:00:00Z");

    /** Reads the text of a time. */
    final class Reader extends JsonDeserializer<Instant> {
        @Override
        public Instant deserialize(JsonParser json, DeserializationContext context) throws IOException {
            return TimeText.parse(json.getValueAsString()).orElse(UNREADABLE);
        }
    }
}
