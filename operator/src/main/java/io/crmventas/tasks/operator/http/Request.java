package io.crmventas.tasks.operator.http;

import com.sun.net.httpserver.HttpExchange;
import io.crmventas.tasks.operator.http.Answer.Refusal;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A request, decoded.
 *
 * @param path its segments
 * @param query its parameters; each at most once
 */
record Request(String method, List<String> path, Map<String, String> query, HttpExchange exchange) {
    private static final int LARGEST_BODY = 16 * 1024;

    static Request of(HttpExchange exchange) {
        String path = exchange.getRequestURI().getRawPath();
        String query = exchange.getRequestURI().getRawQuery();
        return new Request(
                exchange.getRequestMethod(),
                Arrays.stream((path == null ? "" : path).split("/", -1))
                        .skip(1)
                        .map(Request::segment)
                        .toList(),
                query(query == null ? "" : query),
                exchange);
    }

    /** GET or HEAD. */
    boolean reads() {
        return method.equals("GET") || method.equals("HEAD");
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name));
    }

    /** A misspelt dry_run must not become a real run. */
    void allowParameters(Set<String> known) {
        for (String name : query.keySet()) {
            if (!known.contains(name)) {
                throw new Refusal(
                        Answer.BAD_REQUEST,
                        "parameter \"" + name + "\" is not known here; known: " + String.join(", ", known));
            }
        }
    }

    byte[] body() throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY + 1);
        if (body.length > LARGEST_BODY) {
            throw new Refusal(Answer.TOO_LARGE, "the body is larger than " + LARGEST_BODY + " bytes");
        }
        return body;
    }

    private static Map<String, String> query(String raw) {
        Map<String, String> query = new LinkedHashMap<>();
        for (String pair : raw.split("&", -1)) {
            if (!pair.isEmpty()) {
                String[] parts = pair.split("=", 2);
                String value = parts.length < 2 ? "" : decoded(parts[1]);
                if (query.put(decoded(parts[0]), value) != null) {
                    throw new Refusal(Answer.BAD_REQUEST, "parameter \"" + decoded(parts[0]) + "\" comes twice");
                }
            }
        }
        return query;
    }

    /** A slash within a segment would make another path of it. */
    private static String segment(String raw) {
        String segment = decoded(raw);
        if (segment.contains("/")) {
            throw new Refusal(Answer.NOT_FOUND, "no such path; see /health");
        }
        return segment;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw new Refusal(Answer.BAD_REQUEST, "the address has a malformed percent escape");
        }
    }
}
