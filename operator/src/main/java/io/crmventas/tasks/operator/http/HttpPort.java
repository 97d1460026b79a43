package io.crmventas.tasks.operator.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.crmventas.tasks.operator.http.Answer.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves a port with limits on the HTTP server of the JDK. A client gets every fault as JSON without details. */
public final class HttpPort implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpPort.class);

    /**
     * The JDK's server reads these limits once, when its first class is loaded. It closes a silent connection after
     * some seconds. Such a connection needs no thread, and 4,096 of them take less than 20 MB. One client address can
     * occupy all of them, because the server has no hook for a connection before its whole request has arrived.
     */
    static final Map<String, String> LIMITS = Map.of(
            "sun.net.httpserver.maxReqTime", "10",
            "sun.net.httpserver.maxRspTime", "60",
            "sun.net.httpserver.idleInterval", "30",
            "sun.net.httpserver.maxIdleConnections", "64",
            "sun.net.httpserver.maxReqHeaders", "64",
            "sun.net.httpserver.maxReqHeaderSize", "16384",
            "sun.net.httpserver.drainAmount", "32768",
            "sun.net.httpserver.nodelay", "true",
            "jdk.httpserver.maxConnections", "4096");

    static {
        LIMITS.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
    }

    private static final Answer BUSY = Answer.error(
                    Answer.TOO_MANY_REQUESTS, "too many requests of this client address are open; try again")
            .with("Retry-After", "5");
    private static final long UNKNOWN_LENGTH = 0;

    /** Answers requests, on any number of threads. */
    @FunctionalInterface
    public interface Routes {
        Answer answer(Request request) throws IOException;
    }

    private final HttpServer server;
    private final Routes routes;
    private final ClientLimit clients = new ClientLimit();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private HttpPort(int port, Optional<SSLContext> tls, Routes routes) {
        this.routes = routes;
        try {
            InetSocketAddress address = new InetSocketAddress(port);
            server = tls.isPresent() ? HttpsServer.create(address, 0) : HttpServer.create(address, 0);
        } catch (IOException e) {
            throw new UncheckedIOException("port " + port + " cannot be opened", e);
        }
        if (server instanceof HttpsServer https) {
            https.setHttpsConfigurator(new HttpsConfigurator(tls.orElseThrow()));
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** @param port the number of the port; 0: any free one */
    public static HttpPort plain(int port, Routes routes) {
        return new HttpPort(port, Optional.empty(), routes);
    }

    public static HttpPort tls(int port, SSLContext tls, Routes routes) {
        return new HttpPort(port, Optional.of(tls), routes);
    }

    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        InetAddress client = exchange.getRemoteAddress().getAddress();
        boolean entered = clients.enter(client);
        try (exchange) {
            Answer answer = entered ? answer(exchange) : BUSY;
            answer.headers().forEach(exchange.getResponseHeaders()::set);
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
            boolean unzip = answer.zipped() && !takesGzip(exchange);
            if (answer.zipped() && !unzip) {
                exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            }
            if ("HEAD".equals(exchange.getRequestMethod())) {
                if (!unzip) {
                    exchange.getResponseHeaders().set("Content-Length", String.valueOf(answer.length()));
                }
                exchange.sendResponseHeaders(answer.code(), -1);
                return;
            }
            exchange.sendResponseHeaders(answer.code(), unzip ? UNKNOWN_LENGTH : answer.length());
            InputStream body = answer.body().get();
            try (InputStream content = unzip ? new GZIPInputStream(body) : body;
                    OutputStream out = exchange.getResponseBody()) {
                content.transferTo(out);
            }
        } finally {
            if (entered) {
                clients.leave(client);
            }
        }
    }

    private static boolean takesGzip(HttpExchange exchange) {
        String encodings = exchange.getRequestHeaders().getFirst("Accept-Encoding");
        return encodings != null && encodings.contains("gzip");
    }

    private Answer answer(HttpExchange exchange) {
        try {
            return routes.answer(Request.read(exchange));
        } catch (Refusal refusal) {
            return refusal.answer();
        } catch (IOException | RuntimeException fault) {
            LOG.atError()
                    .addKeyValue("path", exchange.getRequestURI().getPath())
                    .setCause(fault)
                    .log("HTTP request failed");
            return Answer.error(Answer.INTERNAL_ERROR, "internal error; the operator's log has the cause");
        }
    }

    /** Limits the parallel requests of a client address, so that a slow or hostile client does not block others. */
    private static final class ClientLimit {
        private static final int MOST = 16;
        private static final Duration PATIENCE = Duration.ofSeconds(5);

        private final Map<InetAddress, Integer> active = new HashMap<>();

        /** Waits until the client may send another request. @return false: its other requests did not end in time */
        synchronized boolean enter(InetAddress client) {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            try {
                while (active.getOrDefault(client, 0) >= MOST) {
                    long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                    if (millis <= 0) {
                        return false;
                    }
                    wait(millis);
                }
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
                return false;
            }
            active.merge(client, 1, Integer::sum);
            return true;
        }

        synchronized void leave(InetAddress client) {
            active.computeIfPresent(client, (_, number) -> number == 1 ? null : number - 1);
            notifyAll();
        }
    }
}
