package io.crmventas.tasks.operator.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.crmventas.tasks.operator.TaskOperator;
import io.crmventas.tasks.operator.metrics.OperatorMetrics;
import io.crmventas.tasks.operator.view.OperatorView;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Health of operator and tasks, read only, answered from the informers' caches. */
public final class HealthServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HealthServer.class);
    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int INTERNAL_ERROR = 500;
    private static final int UNAVAILABLE = 503;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final TaskOperator operator;
    private final Clock clock;

    private HealthServer(HttpServer server, TaskOperator operator, Clock clock) {
        this.server = server;
        this.operator = operator;
        this.clock = clock;
    }

    /** @param port 0: any free one */
    public static HealthServer start(int port, TaskOperator operator, Clock clock) {
        try {
            HealthServer health = new HealthServer(HttpServer.create(new InetSocketAddress(port), 0), operator, clock);
            health.server.setExecutor(health.threads);
            health.server.createContext("/", health::handle);
            health.server.start();
            return health;
        } catch (IOException e) {
            throw new UncheckedIOException("HTTP port " + port + " cannot be opened", e);
        }
    }

    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }

    private record Answer(int code, String type, String body) {}

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer =
                    answer(exchange.getRequestMethod(), exchange.getRequestURI().getPath());
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", answer.type());
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            boolean head = "HEAD".equals(exchange.getRequestMethod());
            exchange.sendResponseHeaders(answer.code(), head ? -1 : body.length);
            if (!head) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    private Answer answer(String method, String path) {
        if (!List.of("GET", "HEAD").contains(method)) {
            return error(METHOD_NOT_ALLOWED, "only GET");
        }
        try {
            return route(path);
        } catch (RuntimeException fault) {
            LOG.atError().addKeyValue("path", path).setCause(fault).log("HTTP request failed");
            return error(INTERNAL_ERROR, "internal error; the operator's log tells more");
        }
    }

    private Answer route(String path) {
        OperatorView view = operator.look();
        boolean watching = view.watching();
        return switch (path) {
            case "/health" -> json(watching ? OK : UNAVAILABLE, HealthDocument.whole(view, clock.instant()));
            case "/health/tasks" ->
                json(
                        watching ? OK : UNAVAILABLE,
                        HealthDocument.tasks(view.tasks().tasks()));
            case "/health/liveness" -> json(OK, Map.of("status", "alive"));
            case "/health/readiness" ->
                json(watching ? OK : UNAVAILABLE, Map.of("status", watching ? "ready" : "not ready"));
            case "/metrics" -> metrics();
            default -> error(NOT_FOUND, "no such path; see /health");
        };
    }

    private Answer metrics() {
        OperatorMetrics.Exposition exposition = operator.metrics().exposition(null);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try {
            exposition.writeTo(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Answer(OK, exposition.contentType(), body.toString(StandardCharsets.UTF_8));
    }

    private static Answer error(int code, String message) {
        return json(code, Map.of("error", message));
    }

    private static Answer json(int code, Object document) {
        try {
            return new Answer(code, "application/json", JSON.writeValueAsString(document));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
