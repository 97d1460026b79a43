package io.crmventas.tasks.operator.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * The answer to a request, whole in memory. A client that reads slowly then keeps nothing that another request needs.
 *
 * @param length the size of the body in bytes
 * @param zipped whether the body is compressed with gzip
 */
public record Answer(int code, Map<String, String> headers, long length, Supplier<InputStream> body, boolean zipped) {
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
            .addModule(new SimpleModule().addSerializer(Instant.class, ToStringSerializer.instance))
            .build();

    /** Writes the body of an answer. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    public Answer(int code, Map<String, String> headers, byte[] body, boolean zipped) {
        this(code, headers, body.length, () -> new ByteArrayInputStream(body), zipped);
    }

    public static Answer json(int code, Object document) {
        try {
            byte[] body = (JSON.writeValueAsString(document) + "\n").getBytes(StandardCharsets.UTF_8);
            return new Answer(code, Map.of("Content-Type", "application/json"), body, false);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("documents are plain data", impossible);
        }
    }

    /** Compresses a large content while it is written, so that its whole text is never in memory. */
    public static Answer zipped(String contentType, Content content) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (OutputStream zip = new FastGzip(body)) {
            content.writeTo(zip);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Answer(OK, Map.of("Content-Type", contentType), body.toByteArray(), true);
    }

    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, 8192);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    public static Answer error(int code, String message) {
        return json(code, Map.of("error", message));
    }

    public Answer with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Answer(code, more, length, body, zipped);
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
