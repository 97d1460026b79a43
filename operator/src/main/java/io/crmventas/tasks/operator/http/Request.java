package io.crmventas.tasks.operator.http;

import com.sun.net.httpserver.HttpExchange;
import io.crmventas.tasks.operator.http.Answer.Refusal;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A decoded request.
 *
 * @param path the segments of the path
 */
public record Request(HttpExchange exchange, List<String> path, Map<String, String> query) {
    private static final int LARGEST_BODY = 16 * 1024;
    private static final String BEARER = "Bearer ";

    static Request read(HttpExchange exchange) {
        URI address = exchange.getRequestURI();
        List<String> path = Arrays.stream(address.getRawPath().split("/", -1))
                .skip(1)
                .map(Request::segment)
                .toList();
        return new Request(exchange, path, query(Objects.requireNonNullElse(address.getRawQuery(), "")));
    }

    /** Returns the same request without the first segment of its path. */
    public Request withoutFirstSegment() {
        return new Request(exchange, path.subList(1, path.size()), query);
    }

    public String method() {
        return exchange.getRequestMethod();
    }

    /** Returns true for GET and HEAD. */
    public boolean reads() {
        return method().equals("GET") || method().equals("HEAD");
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
    }

    /** Returns the token of the header Authorization. */
    public Optional<String> bearerToken() {
        return header("Authorization")
                .filter(header -> header.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(header -> header.substring(BEARER.length()).strip());
    }

    /** Returns a parameter of the query, and refuses one that comes twice. */
    public Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name));
    }

    /** Refuses every other parameter, because a misspelt dry_run must not become a real run. */
    public void allowParameters(Set<String> known) {
        for (String name : query.keySet()) {
            if (!known.contains(name)) {
                throw new Refusal(
                        Answer.BAD_REQUEST,
                        "parameter \"" + name + "\" is not known here; known: " + String.join(", ", known));
            }
        }
    }

    public byte[] body() throws IOException {
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

    /** Refuses a slash within a segment, because it would turn the request into one for another path. */
    private static String segment(String raw) {
        String segment = decoded(raw);
        if (segment.contains("/")) {
            throw new Refusal(Answer.NOT_FOUND, "no such path; see /health");
        }
        return segment;
    }

    /** The JDK's server answers 400 to an address with a malformed percent escape. */
    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
