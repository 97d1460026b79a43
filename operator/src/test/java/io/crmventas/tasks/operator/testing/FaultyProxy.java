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
 * The API server as one operator sees it, until that operator is killed: from the chosen write on, nothing of it comes
 * through any more, as after kill -9. The requests are those of the operator's own role.
 */
public final class FaultyProxy implements AutoCloseable {
    private static final Set<String> WRITES = Set.of("POST", "PUT", "PATCH", "DELETE");
    /** What the two HTTP implementations set themselves. */
    private static final Set<String> OWN_HEADERS =
            Set.of("host", "connection", "content-length", "transfer-encoding", "upgrade", "http2-settings");

    /** Longer than the requests of an impatient client may take. */
    private static final Duration STALL = Duration.ofSeconds(4);

    private static final Duration DELAY = Duration.ofMillis(1500);
    private static final String GONE = """
            {"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",\
            "message":"too old resource version","reason":"Expired","code":410}}
            """;

    /** When the operator dies. */
    public enum Moment {
        BEFORE_THE_WRITE,
        /** The write is done, and its answer is lost. */
        AFTER_THE_WRITE
    }

    private final Config config;
    private final HttpClient upstream;
    private final HttpServer server;
    private final AtomicInteger writes = new AtomicInteger();
    private final int fatalWrite;
    private final Moment moment;
    private final Runnable onDeath;
    private volatile boolean dead;
    private volatile Predicate<String> silent = call -> false;
    private volatile int failingCode = HttpURLConnection.HTTP_INTERNAL_ERROR;
    private volatile Predicate<String> failing = call -> false;
    private volatile FaultPlan plan = new FaultPlan(Map.of());
    private final Map<String, byte[]> lists = new ConcurrentHashMap<>();
    private final Set<String> stale = ConcurrentHashMap.newKeySet();

    /** For an operator that lives on. */
    public FaultyProxy(LocalApiServer server) {
        this(server.client().getConfiguration(), 0, Moment.BEFORE_THE_WRITE, () -> {});
    }

    /** @param fatalWrite counted from 1; 0: never */
    public FaultyProxy(Config config, int fatalWrite, Moment moment, Runnable onDeath) {
        this.config = config;
        this.fatalWrite = fatalWrite;
        this.moment = moment;
        this.onDeath = onDeath;
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

    /** @param calls method and path of the calls that the API server answers with HTTP 500 from now on */
    public void fail(Predicate<String> calls) {
        fail(HttpURLConnection.HTTP_INTERNAL_ERROR, calls);
    }

    /** @param calls method and path of the calls that the API server answers with this code from now on */
    public void fail(int code, Predicate<String> calls) {
        failingCode = code;
        failing = calls;
    }

    /** @param calls URIs of the watches that report nothing from now on, though their connections stay open */
    public void silence(Predicate<String> calls) {
        silent = calls;
    }

    /** @param faults that the calls meet from now on */
    public void follow(FaultPlan faults) {
        plan = faults;
    }

    /** Keeps what each list that the operator asked for would be now, for {@link Fault#STALE_LIST}. */
    public void keepLists() {
        lists.replaceAll((uri, before) -> {
            try {
                return upstream.send(upstream(uri).build(), HttpResponse.BodyHandlers.ofByteArray())
                        .body();
            } catch (IOException | InterruptedException failed) {
                throw new IllegalStateException(uri, failed);
            }
        });
    }

    /** That the operator asked for while it lived. */
    public int writes() {
        return writes.get();
    }

    @Override
    public void close() {
        dead = true;
        server.stop(0);
        upstream.shutdownNow();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            if ("websocket".equalsIgnoreCase(exchange.getRequestHeaders().getFirst("Upgrade"))) {
                // No WebSockets here: the client then watches by plain HTTP. It would repeat after any code of an
                // error.
                exchange.sendResponseHeaders(HttpURLConnection.HTTP_OK, -1);
                return;
            }
            if (dead) {
                return;
            }
            if (failing.test(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath())) {
                exchange.sendResponseHeaders(failingCode, -1);
                return;
            }
            boolean fatal = WRITES.contains(exchange.getRequestMethod()) && writes.incrementAndGet() == fatalWrite;
            if (fatal && moment == Moment.BEFORE_THE_WRITE) {
                die(true);
                return;
            }
            String call = FaultPlan.call(exchange.getRequestMethod(), exchange.getRequestURI());
            Optional<Fault> fault = plan.next(call);
            if (fault.isPresent() && replaces(fault.get(), exchange)) {
                return;
            }
            HttpResponse<InputStream> answer =
                    upstream.send(request(exchange), HttpResponse.BodyHandlers.ofInputStream());
            if (dead || fatal) {
                answer.body().close();
                die(fatal);
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
                    // The replica is behind for a while.
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

    private void die(boolean now) {
        dead = true;
        if (now) {
            onDeath.run();
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

    /** Waits where the fault says so. @return whether the API server does not get the request */
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

    /** Passes events on as they come, one a line. */
    private void watch(String call, HttpResponse<InputStream> answer, HttpExchange exchange) throws IOException {
        begin(answer, exchange);
        try (BufferedReader from = new BufferedReader(new InputStreamReader(answer.body(), UTF_8));
                OutputStream to = exchange.getResponseBody()) {
            // The watch may have no event yet, but its client waits for the headers.
            to.flush();
            String event = from.readLine();
            while (event != null && !dead) {
                while (silent.test(exchange.getRequestURI().toString()) && !dead) {
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

    /** Sends of the event what the fault leaves. @return whether the watch is over */
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
