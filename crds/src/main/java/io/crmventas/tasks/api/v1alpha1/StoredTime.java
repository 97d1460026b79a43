package io.crmventas.tasks.api.v1alpha1;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
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
    /** Refuses a text that is no time, and with it the whole status. */
    final class Reader extends JsonDeserializer<Instant> {
        @Override
        public Instant deserialize(JsonParser json, DeserializationContext context) throws IOException {
            String text = json.getValueAsString();
            return TimeText.parse(text)
                    .orElseThrow(() -> JsonMappingException.from(json, "\"" + text + "\" is no time"));
        }
    }
}
