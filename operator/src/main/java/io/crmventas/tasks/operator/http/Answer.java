package io.crmventas.tasks.operator.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What goes back to whoever asked.
 *
 * @param length of the content in bytes; 0: not known before it is written
 */
record Answer(int code, Map<String, String> headers, long length, Content content) {
    static final int OK = 200;
    static final int ACCEPTED = 202;
    static final int BAD_REQUEST = 400;
    static final int UNAUTHORIZED = 401;
    static final int FORBIDDEN = 403;
    static final int NOT_FOUND = 404;
    static final int METHOD_NOT_ALLOWED = 405;
    static final int CONFLICT = 409;
    static final int TOO_LARGE = 413;
    static final int UNPROCESSABLE = 422;
    static final int INTERNAL_ERROR = 500;
    static final int UNAVAILABLE = 503;

    /** The seed's documents are in snake_case. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    /** Writes itself. */
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    static Answer json(int code, Object document) {
        try {
            byte[] body = (JSON.writeValueAsString(document) + "\n").getBytes(StandardCharsets.UTF_8);
            return new Answer(code, Map.of("Content-Type", "application/json"), body.length, out -> out.write(body));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("documents are plain data", impossible);
        }
    }

    static Answer error(int code, String message) {
        return json(code, Map.of("error", message));
    }

    Answer with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Answer(code, more, length, content);
    }

    /** Ends a request from wherever its fault is found. */
    static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Answer answer;

        Refusal(Answer answer) {
            super(null, null, false, false);
            this.answer = answer;
        }

        Refusal(int code, String message) {
            this(error(code, message));
        }

        Answer answer() {
            return answer;
        }
    }
}
