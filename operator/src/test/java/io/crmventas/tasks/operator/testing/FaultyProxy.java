package io.crmventas.tasks.operator.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.crmventas.tasks.testing.Trust;
import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.io.InputStream;
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
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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

    /** When the operator dies. */
    public enum Moment {
        BEFORE_THE_WRITE,
        /** The write is done, and its answer is lost. */
        AFTER_THE_WRITE
    }

    private final Config config;
    private final String user;
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

    /** @param fatalWrite counted from 1; 0: never */
    public FaultyProxy(Config config, String user, int fatalWrite, Moment moment, Runnable onDeath) {
        this.config = config;
        this.user = user;
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
                // No WebSockets here: the client then watches by plain HTTP.
                exchange.sendResponseHeaders(HttpURLConnection.HTTP_UNAVAILABLE, -1);
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
            HttpResponse<InputStream> answer =
                    upstream.send(request(exchange), HttpResponse.BodyHandlers.ofInputStream());
            if (dead || fatal) {
                answer.body().close();
                die(fatal);
                return;
            }
            pass(answer, exchange);
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
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(config.getMasterUrl().replaceAll("/$", "")
                                + exchange.getRequestURI().toString()))
                .method(
                        exchange.getRequestMethod(),
                        HttpRequest.BodyPublishers.ofByteArray(
                                exchange.getRequestBody().readAllBytes()));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return request.header("Authorization", "Bearer " + config.getOauthToken())
                .header("Impersonate-User", user)
                .build();
    }

    /** A watch is passed on as it comes. */
    private void pass(HttpResponse<InputStream> answer, HttpExchange exchange) throws IOException {
        Optional<String> type = answer.headers().firstValue("Content-Type");
        type.ifPresent(value -> exchange.getResponseHeaders().add("Content-Type", value));
        exchange.sendResponseHeaders(answer.statusCode(), 0);
        byte[] buffer = new byte[8192];
        try (InputStream from = answer.body();
                OutputStream to = exchange.getResponseBody()) {
            // A watch may have nothing to tell yet, but its client waits for the headers.
            to.flush();
            int read = from.read(buffer);
            while (read >= 0 && !dead) {
                while (silent.test(exchange.getRequestURI().toString()) && !dead) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
                }
                to.write(buffer, 0, read);
                to.flush();
                read = from.read(buffer);
            }
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
