package io.crmventas.tasks.operator.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.Trust;
import io.fabric8.kubernetes.client.Config;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;

/**
 * A proxy between one operator and the API server, which injects faults. It can simulate {@code kill -9} at a chosen
 * write: from then on it forwards nothing. It sends the requests with the operator's own role.
 */
public final class FaultyProxy implements AutoCloseable {
    private static final Set<String> WRITES = Set.of("POST", "PUT", "PATCH", "DELETE");
    /** The HTTP client and the HTTP server set these headers themselves. */
    private static final Set<String> OWN_HEADERS =
            Set.of("host", "connection", "content-length", "transfer-encoding", "upgrade", "http2-settings");

    /** A client with a short request timeout gives up before this time. */
    private static final Duration STALL = Duration.ofSeconds(4);

    private static final Duration DELAY = Duration.ofMillis(1500);
    private static final String GONE = """
            {"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",\
            "message":"too old resource version","reason":"Expired","code":410}}
            """;

    /** The moment at which the simulated kill takes place. */
    public enum Moment {
        BEFORE_THE_WRITE,
        /** The API server carries the write out, and its answer is lost. */
        AFTER_THE_WRITE
    }

    private final Config config;
    private final HttpClient upstream;
    private final HttpServer server;
    private final AtomicInteger writes = new AtomicInteger();
    private final int fatalWrite;
    private final Moment moment;
    private final Runnable onKill;
    private volatile boolean killed;
    private volatile Predicate<String> silent = call -> false;
    private volatile int failingCode = HttpURLConnection.HTTP_INTERNAL_ERROR;
    private volatile Predicate<String> failing = call -> false;
    private volatile FaultPlan plan = new FaultPlan(Map.of());
    private final Map<String, byte[]> lists = new ConcurrentHashMap<>();
    private final Set<String> stale = ConcurrentHashMap.newKeySet();

    /** Creates a proxy that does not kill the operator. */
    public FaultyProxy(LocalApiServer server) {
        this(server.client().getConfiguration(), 0, Moment.BEFORE_THE_WRITE, () -> {});
    }

    /** @param fatalWrite the number of the write that kills the operator, from 1; 0 for none */
    public FaultyProxy(Config config, int fatalWrite, Moment moment, Runnable onKill) {
        this.config = config;
        this.fatalWrite = fatalWrite;
        this.moment = moment;
        this.onKill = onKill;
        this.upstream = HttpClient.newBuilder()
                .sslContext(trusting(Path.of(config.getCaCertFile())))
                .build();
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::serve);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** @param calls method and path of the calls that the proxy answers with HTTP 500 from now on */
    public void fail(Predicate<String> calls) {
        fail(HttpURLConnection.HTTP_INTERNAL_ERROR, calls);
    }

    /**
     * @param code the answer's code, or 0 if the connection ends without an answer
     * @param calls method and path of the calls that the proxy answers so from now on
     */
    public void fail(int code, Predicate<String> calls) {
        failingCode = code;
        failing = calls;
    }

    /** @param calls URIs of the watches that report nothing from now on, though their connections stay open */
    public void silence(Predicate<String> calls) {
        silent = calls;
    }

    /** @param faults the faults that the proxy injects from now on */
    public void inject(FaultPlan faults) {
        plan = faults;
    }

    /**
     * Records the current answer to each list that the operator requested. {@link Fault#STALE_LIST} returns it later.
     */
    public void recordLists() {
        lists.replaceAll((uri, before) -> {
            try {
                return upstream.send(upstream(uri).build(), HttpResponse.BodyHandlers.ofByteArray())
                        .body();
            } catch (IOException | InterruptedException failed) {
                throw new IllegalStateException(uri, failed);
            }
        });
    }

    /** Returns the number of writes that the operator requested before the kill. */
    public int writes() {
        return writes.get();
    }

    @Override
    public void close() {
        killed = true;
        server.stop(0);
        upstream.shutdownNow();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            if ("websocket".equalsIgnoreCase(exchange.getRequestHeaders().getFirst("Upgrade"))) {
                // The proxy has no WebSockets. After this answer the client watches by plain HTTP. It would repeat the
                // request after an error code.
                exchange.sendResponseHeaders(HttpURLConnection.HTTP_OK, -1);
                return;
            }
            if (killed) {
                return;
            }
            if (failing.test(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath())) {
                if (failingCode != 0) {
                    exchange.sendResponseHeaders(failingCode, -1);
                }
                return;
            }
            boolean fatal = WRITES.contains(exchange.getRequestMethod()) && writes.incrementAndGet() == fatalWrite;
            if (fatal && moment == Moment.BEFORE_THE_WRITE) {
                kill(true);
                return;
            }
            String call = FaultPlan.call(exchange.getRequestMethod(), exchange.getRequestURI());
            Optional<Fault> fault = plan.next(call);
            if (fault.isPresent() && replaces(fault.get(), exchange)) {
                return;
            }
            HttpResponse<InputStream> answer =
                    upstream.send(request(exchange), HttpResponse.BodyHandlers.ofInputStream());
            if (killed || fatal) {
                answer.body().close();
                kill(fatal);
                return;
            }
            if (fault.equals(Optional.of(Fault.LOST_ANSWER))) {
                answer.body().close();
                return;
            }
            if (call.startsWith("LIST ")) {
                lists.putIfAbsent(exchange.getRequestURI().toString(), new byte[0]);
            }
            if (call.startsWith("WATCH ")) {
                if (stale.remove(exchange.getRequestURI().getPath())) {
                    // The watch of a replica that is behind delivers the missing events later.
                    LockSupport.parkNanos(DELAY.toNanos());
                }
                watch(call.replace("WATCH", "EVENT"), answer, exchange);
            } else {
                pass(answer, exchange);
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private void kill(boolean now) {
        killed = true;
        if (now) {
            onKill.run();
        }
    }

    private HttpRequest request(HttpExchange exchange) throws IOException {
        HttpRequest.Builder request = upstream(exchange.getRequestURI().toString())
                .method(
                        exchange.getRequestMethod(),
                        HttpRequest.BodyPublishers.ofByteArray(
                                exchange.getRequestBody().readAllBytes()));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return request.build();
    }

    private HttpRequest.Builder upstream(String uri) {
        return HttpRequest.newBuilder(URI.create(config.getMasterUrl().replaceAll("/$", "") + uri))
                .header("Authorization", "Bearer " + config.getOauthToken())
                .header("Impersonate-User", OperatorHarness.OPERATOR);
    }

    /** Applies the fault to a request. @return whether the API server must not get the request */
    private boolean replaces(Fault fault, HttpExchange exchange) throws IOException {
        byte[] list = lists.get(exchange.getRequestURI().toString());
        if (fault == Fault.STALL) {
            LockSupport.parkNanos(STALL.toNanos());
        } else if (fault == Fault.STALE_LIST && list != null) {
            stale.add(exchange.getRequestURI().getPath());
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(HttpURLConnection.HTTP_OK, list.length);
            exchange.getResponseBody().write(list);
            return true;
        } else if (fault.code() != 0) {
            exchange.getResponseHeaders().add("Retry-After", "1");
            exchange.sendResponseHeaders(fault.code(), -1);
            return true;
        }
        return fault == Fault.LOST_REQUEST;
    }

    private static void pass(HttpResponse<InputStream> answer, HttpExchange exchange) throws IOException {
        begin(answer, exchange);
        try (InputStream from = answer.body();
                OutputStream to = exchange.getResponseBody()) {
            from.transferTo(to);
        }
    }

    private static void begin(HttpResponse<InputStream> answer, HttpExchange exchange) throws IOException {
        Optional<String> type = answer.headers().firstValue("Content-Type");
        type.ifPresent(value -> exchange.getResponseHeaders().add("Content-Type", value));
        exchange.sendResponseHeaders(answer.statusCode(), 0);
    }

    /** Forwards the events of a watch as they arrive, one event in each line. */
    private void watch(String call, HttpResponse<InputStream> answer, HttpExchange exchange) throws IOException {
        begin(answer, exchange);
        try (BufferedReader from = new BufferedReader(new InputStreamReader(answer.body(), UTF_8));
                OutputStream to = exchange.getResponseBody()) {
            // The client waits for the headers, also when the watch has no event yet.
            to.flush();
            String event = from.readLine();
            while (event != null && !killed) {
                while (silent.test(exchange.getRequestURI().toString()) && !killed) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
                }
                Optional<Fault> fault = event.contains("\"BOOKMARK\"") ? Optional.empty() : plan.next(call);
                if (fault.isEmpty()) {
                    send(event + "\n", to);
                } else if (ends(fault.get(), event, answer.body(), to)) {
                    return;
                }
                event = from.readLine();
            }
        }
    }

    /** Applies the fault to an event of a watch. @return whether the watch has ended */
    private static boolean ends(Fault fault, String event, InputStream from, OutputStream to) throws IOException {
        switch (fault) {
            case EVENT_REPEATED -> send(event + "\n" + event + "\n", to);
            case EVENT_DELAYED -> {
                LockSupport.parkNanos(DELAY.toNanos());
                send(event + "\n", to);
            }
            case EVENT_LOST ->
                Thread.ofVirtual().start(() -> {
                    LockSupport.parkNanos(DELAY.toNanos());
                    try (from) {
                        send(GONE, to);
                    } catch (IOException over) {
                        // The watch has ended already.
                    }
                });
            case EVENT_GONE -> send(GONE, to);
            default -> send(event.substring(0, event.length() / 2), to);
        }
        return fault == Fault.EVENT_GONE || fault == Fault.EVENT_CUT;
    }

    private static void send(String text, OutputStream to) throws IOException {
        synchronized (to) {
            to.write(text.getBytes(UTF_8));
            to.flush();
        }
    }

    private static SSLContext trusting(Path certificates) {
        try (InputStream pem = Files.newInputStream(Objects.requireNonNull(certificates))) {
            return Trust.only(CertificateFactory.getInstance("X.509").generateCertificates(pem));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("the local API server's certificate", e);
        }
    }
}
