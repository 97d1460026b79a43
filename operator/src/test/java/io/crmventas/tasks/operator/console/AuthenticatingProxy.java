package io.crmventas.tasks.operator.console;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * This authenticating proxy is in front of the console. The browser has a session cookie of the proxy. The proxy adds the token of
 * the session's person to each request, and no header of the browser can replace it.
 */
final class AuthenticatingProxy implements AutoCloseable {
    private static final Set<String> FORWARDED = Set.of("Accept", "Accept-encoding", "Content-type", "Idempotency-key");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ConsoleFixture console;
    private final HttpClient client;
    private final Map<String, String> tokens;
    private final Map<String, String> sessions = new ConcurrentHashMap<>();
    private final WithoutSession withoutSession;

    /** This is the answer of the proxy to a request for data without a session. Real proxies use either answer. */
    enum WithoutSession {
        UNAUTHORIZED,
        REDIRECT
    }

    /** @param tokens the token of each person, by name */
    AuthenticatingProxy(ConsoleFixture console, Map<String, String> tokens, WithoutSession withoutSession) {
        this.console = console;
        this.tokens = tokens;
        this.withoutSession = withoutSession;
        client = console.client();
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    /** @return an address that begins a session of this person and redirects to the console */
    String signIn(String person) {
        return "http://localhost:" + server.getAddress().getPort() + "/sign-in/" + person;
    }

    void endSessions() {
        sessions.clear();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().toString();
            Optional<String> token = Optional.ofNullable(
                            exchange.getRequestHeaders().getFirst("Cookie"))
                    .map(cookie -> sessions.get(cookie.replace("session=", "")));
            if (path.startsWith("/sign-in/")) {
                begin(exchange, path.substring("/sign-in/".length()));
            } else if (token.isPresent()) {
                forward(exchange, token.get());
            } else if (withoutSession == WithoutSession.UNAUTHORIZED) {
                exchange.sendResponseHeaders(401, -1);
            } else {
                exchange.getResponseHeaders().set("Location", "https://accounts.example.com/");
                exchange.sendResponseHeaders(302, -1);
            }
        }
    }

    private void begin(HttpExchange exchange, String person) throws IOException {
        String session = UUID.randomUUID().toString();
        sessions.put(session, tokens.getOrDefault(person, "unknown"));
        exchange.getResponseHeaders().set("Set-Cookie", "session=" + session + "; Path=/; HttpOnly; SameSite=Lax");
        exchange.getResponseHeaders().set("Location", "/console/");
        exchange.sendResponseHeaders(302, -1);
    }

    private void forward(HttpExchange exchange, String token) throws IOException {
        URI target =
                URI.create(console.address()).resolve(exchange.getRequestURI().toString());
        byte[] body = exchange.getRequestBody().readAllBytes();
        HttpRequest.Builder request = HttpRequest.newBuilder(target)
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body))
                .header("Authorization", "Bearer " + token);
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (FORWARDED.contains(name)) {
                request.header(name, values.getFirst());
            }
        });
        HttpResponse<byte[]> response;
        try {
            response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        response.headers().map().forEach((name, values) -> {
            if (!List.of("content-length", "transfer-encoding", "connection").contains(name)) {
                exchange.getResponseHeaders().put(name, values);
            }
        });
        exchange.sendResponseHeaders(response.statusCode(), response.body().length == 0 ? -1 : response.body().length);
        exchange.getResponseBody().write(response.body());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
        client.close();
    }
}
