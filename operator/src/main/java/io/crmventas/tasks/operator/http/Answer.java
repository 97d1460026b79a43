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
 * The answer to a request.
 *
 * @param length of the content in bytes; {@link #UNKNOWN} for a large content that is not kept in memory
 */
public record Answer(int code, Map<String, String> headers, long length, Content content) {
    static final long UNKNOWN = 0;

    public static final int OK = 200;
    public static final int ACCEPTED = 202;
    public static final int BAD_REQUEST = 400;
    public static final int UNAUTHORIZED = 401;
    public static final int FORBIDDEN = 403;
    public static final int NOT_FOUND = 404;
    public static final int METHOD_NOT_ALLOWED = 405;
    public static final int CONFLICT = 409;
    public static final int TOO_LARGE = 413;
    public static final int UNPROCESSABLE = 422;
    public static final int TOO_MANY_REQUESTS = 429;
    public static final int INTERNAL_ERROR = 500;
    public static final int UNAVAILABLE = 503;

    /** The guide of the CRM's old in-process scheduler documents /health in snake_case. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    /** Writes the body of the answer. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    public static Answer json(int code, Object document) {
        try {
            byte[] body = (JSON.writeValueAsString(document) + "\n").getBytes(StandardCharsets.UTF_8);
            return new Answer(code, Map.of("Content-Type", "application/json"), body.length, out -> out.write(body));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("documents are plain data", impossible);
        }
    }

    /** Streams the content, and compresses it for a client that accepts gzip. */
    public static Answer streamed(String contentType, Content content) {
        return new Answer(OK, Map.of("Content-Type", contentType), UNKNOWN, content);
    }

    public static Answer error(int code, String message) {
        return json(code, Map.of("error", message));
    }

    public Answer with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Answer(code, more, length, content);
    }

    /** Ends a request with an answer. Code at any depth can throw it. */
    public static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Answer answer;

        public Refusal(Answer answer) {
            super(null, null, false, false);
            this.answer = answer;
        }

        public Refusal(int code, String message) {
            this(error(code, message));
        }

        public Answer answer() {
            return answer;
        }
    }
}
