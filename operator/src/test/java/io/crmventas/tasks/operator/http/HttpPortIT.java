package io.crmventas.tasks.operator.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.control.ControlPortFixture;
import io.crmventas.tasks.operator.metrics.OperatorMetrics;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.operator.testing.TestPorts;
import io.crmventas.tasks.operator.testing.TestTasks;
import io.crmventas.tasks.operator.view.OperatorView;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** These tests use sockets to reach the limits of a port. The build sets a shorter limit for requests than we ship. */
@ExtendWith(LocalApiServerExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpPortIT {
    private static final InetAddress OTHER_CLIENT = InetAddress.ofLiteral("127.0.0.2");

    private OperatorHarness crm;
    private HttpPort open;

    @BeforeAll
    void start(LocalApiServer server) {
        crm = OperatorHarness.start(server);
        open = TestPorts.health(crm.operator());
    }

    @AfterAll
    void stop() {
        open.close();
        crm.close();
    }

    @Test
    void shipsTimeLimits() {
        assertEquals("10", HttpPort.LIMITS.get("sun.net.httpserver.maxReqTime"));
        assertEquals("60", HttpPort.LIMITS.get("sun.net.httpserver.maxRspTime"));
        assertEquals("2", System.getProperty("sun.net.httpserver.maxReqTime"), "the build sets 2 s for this test");
    }

    @Test
    @Timeout(40)
    void endsASlowRequest() throws Exception {
        try (ControlPortFixture control = new ControlPortFixture(crm, crm.client(), "EC");
                Socket plain = new Socket(InetAddress.getLoopbackAddress(), open.port());
                Socket hello = new Socket(InetAddress.getLoopbackAddress(), control.port())) {
            CompletableFuture<Long> head =
                    CompletableFuture.supplyAsync(() -> sendSlowly(plain, "GET /health/liveness HTTP/1.1\r\nX: "));
            // These are the first bytes of a TLS record that announces more bytes.
            assertTrue(sendSlowly(hello, "\u0016\u0003\u0001\u0002\u0000\u0001") < 8);
            assertTrue(head.get() < 8);
            assertEquals(200, control.call("GET", "", "/health/liveness", "").code());
        }
        assertEquals(200, get("/health/liveness").statusCode());
    }

    /** @return seconds until the server closed the connection */
    private static long sendSlowly(Socket socket, String start) {
        long begun = System.nanoTime();
        try {
            OutputStream out = socket.getOutputStream();
            InputStream in = socket.getInputStream();
            socket.setSoTimeout(500);
            out.write(start.getBytes(StandardCharsets.ISO_8859_1));
            while (true) {
                try {
                    out.write('x');
                    out.flush();
                    if (in.read() < 0) {
                        break;
                    }
                } catch (SocketTimeoutException open) {
                    LockSupport.parkNanos(1);
                }
            }
        } catch (IOException closed) {
            return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun);
        }
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun);
    }

    /** A body that never ends occupies a thread until the time limit. */
    @Test
    @Timeout(40)
    void slowRequestsOfOneClientDoNotDelayOtherClients() throws Exception {
        List<Socket> slow = new ArrayList<>();
        try (HttpPort port =
                HttpPort.plain(0, request -> Answer.json(Answer.OK, Map.of("bytes", request.body().length)))) {
            for (int number = 0; number < 40; number++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port.port());
                slow.add(socket);
                socket.getOutputStream()
                        .write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx".getBytes(UTF_8));
            }
            assertEquals("200", statusFor(OTHER_CLIENT, port.port(), "/"));
            slow.forEach(HttpPortIT::awaitEnd);
            assertEquals(
                    "200",
                    statusFor(InetAddress.getLoopbackAddress(), port.port(), "/"),
                    "the port answers the first client again");
        } finally {
            closeAll(slow);
        }
    }

    /** A slow reader must not keep what the next scrape needs, whatever number of addresses the slow readers have. */
    @Test
    @Timeout(60)
    void slowReadersDoNotDelayOtherScrapes() throws Exception {
        // The answer is larger than the buffers of the sockets.
        List<CrmScheduledTask> tasks = IntStream.range(0, 1_000)
                .mapToObj(
                        number -> TestTasks.stored("task-" + number + "x".repeat(250), "{task: cleanup, interval: 5m}"))
                .peek(task -> task.getMetadata().setUid(task.getMetadata().getName()))
                .toList();
        OperatorView view = TestPorts.leader(tasks);
        OperatorMetrics metrics = new OperatorMetrics(() -> view, crm.config().runner(), "hash", Clock.systemUTC());
        List<Socket> slow = new ArrayList<>();
        try (HttpPort port =
                HttpPort.plain(0, new HealthRoutes(() -> view, Optional::empty, metrics, Clock.systemUTC()))) {
            for (int number = 0; number < 64; number++) {
                Socket socket = new Socket();
                socket.setReceiveBufferSize(4096);
                socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.1." + (1 + number % 8)), 0));
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port.port()));
                slow.add(socket);
                socket.getOutputStream().write("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8));
            }
            assertEquals("200", statusFor(OTHER_CLIENT, port.port(), "/metrics"));
        } finally {
            closeAll(slow);
        }
    }

    private static String statusFor(InetAddress client, int port, String path) throws IOException {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(client, 0));
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").getBytes(UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
            assertTrue(answer.endsWith("\n") || answer.endsWith("0\r\n\r\n"), "the answer is complete");
            return answer.split(" ", 3)[1];
        }
    }

    private static void awaitEnd(Socket socket) {
        try {
            socket.setSoTimeout(20_000);
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (SocketException reset) {
            assertFalse(socket.isClosed());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void closeAll(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** The kubelet and Prometheus must not wait because a pod opens connections and sends nothing. */
    @Test
    @Timeout(60)
    void answersProbesAndScrapesDespiteAThousandSilentConnections() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try (HttpPort probes = TestPorts.probes(crm.operator())) {
            for (int number = 0; number < 1000; number++) {
                silent.add(new Socket(InetAddress.getLoopbackAddress(), open.port()));
                silent.add(new Socket(InetAddress.getLoopbackAddress(), probes.port()));
            }
            for (int scrape = 0; scrape < 5; scrape++) {
                assertEquals(200, get(probes.port(), "/health/liveness").statusCode());
                assertEquals(200, get(probes.port(), "/health/readiness").statusCode());
                assertEquals(200, get("/metrics").statusCode());
                assertEquals(200, get("/health").statusCode());
            }
            assertEquals(404, get(probes.port(), "/metrics").statusCode());
        } finally {
            closeAll(silent);
        }
    }

    /**
     * The operator cannot limit the connections of one address, because the JDK's server hides a connection until its first
     * byte. A JDK that fails this test may make such a limit possible.
     */
    @Test
    void theServerShowsNoConnectionBeforeItsFirstByte() throws Exception {
        AtomicInteger shown = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(connection -> {
            shown.incrementAndGet();
            connection.run();
        });
        server.createContext("/", exchange -> exchange.sendResponseHeaders(Answer.OK, -1));
        server.start();
        try (Socket silent = new Socket(
                        InetAddress.getLoopbackAddress(), server.getAddress().getPort());
                Socket asking = new Socket(
                        InetAddress.getLoopbackAddress(), server.getAddress().getPort())) {
            asking.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8));
            assertEquals('H', asking.getInputStream().read());
            assertTrue(silent.isConnected());
            assertEquals(1, shown.get(), "the server shows only the connection that has sent a byte");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void refusesHugeHeaders() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), open.port())) {
            OutputStream out = socket.getOutputStream();
            byte[] header = ("X-Filler: " + "x".repeat(1000) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
            out.write("GET /health HTTP/1.1\r\nHost: x\r\n".getBytes(StandardCharsets.ISO_8859_1));
            for (int number = 0; number < 40; number++) {
                out.write(header);
            }
            assertEquals(-1, socket.getInputStream().read());
        } catch (SocketException closed) {
            // The server can close the connection before it has read all headers.
            assertTrue(open.port() > 0);
        }
        assertEquals(200, get("/health/liveness").statusCode());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/nothing",
                "/health/",
                "/health//tasks",
                "/health/../metrics",
                "/health/tasks/%2e%2e",
                "/health%2Ftasks",
                "/health/tasks/%00",
                "/health/tasks/a/b/c",
                "/health/tasks/nothing?namespace=%F0%9F%90%98"
            })
    void answersUnknownPathsWithJson(String path) throws Exception {
        HttpResponse<String> reply = get(path);
        assertEquals(404, reply.statusCode(), reply.body());
        assertEquals(
                "application/json", reply.headers().firstValue("Content-Type").orElse(""));
        assertTrue(reply.body().startsWith("{\"error\":\""), reply.body());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET",
                "GET /",
                "GET /health",
                "GET /%zz HTTP/1.1",
                "GET /health/tasks/%C0%80 HTTP/1.1",
                "GET http:// HTTP/1.1",
                "GET /health?%=% HTTP/1.1",
                "\u0000\u0001\u0002",
                "POST /health HTTP/1.1\r\nContent-Length: -5",
                "POST /health HTTP/1.1\r\nTransfer-Encoding: nonsense",
                "OPTIONS * HTTP/1.1",
                "TRACE /health HTTP/1.1"
            })
    @Timeout(20)
    void revealsNoInternals(String head) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), open.port())) {
            socket.getOutputStream().write((head + "\r\nHost: x\r\nConnection: close\r\n\r\n").getBytes(UTF_8));
            String reply = new String(socket.getInputStream().readAllBytes(), UTF_8);
            assertFalse(reply.contains("at io.") || reply.contains("at java.") || reply.contains("Caused by"), reply);
            assertFalse(reply.startsWith("HTTP/1.1 500"), reply);
        }
    }

    @Test
    void answersHeadLikeGetWithoutTheBody() throws Exception {
        for (String path : new String[] {"/health", "/health/tasks", "/metrics"}) {
            HttpResponse<String> reply = send("HEAD", path);
            assertEquals(200, reply.statusCode(), path);
            assertEquals("", reply.body());
        }
        String length = send("HEAD", "/health/liveness")
                .headers()
                .firstValue("Content-Length")
                .orElse("none");
        assertEquals(String.valueOf(get("/health/liveness").body().length()), length);
    }

    /**
     * A Prometheus that collects native histograms prefers protobuf, which the image does not have. From OpenMetrics,
     * OpenTelemetry's collector reads crm_task_info as crm_task, so that the dashboard and some alerts find nothing.
     */
    @Test
    void answersEachScraperInPrometheusTextFormat() throws Exception {
        for (String accept : new String[] {
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,*/*;q=0.1",
            "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2",
            "*/*"
        }) {
            HttpResponse<String> reply = send(open.port(), "GET", "/metrics", accept);
            assertEquals(200, reply.statusCode(), accept);
            assertEquals(
                    "text/plain; version=0.0.4; charset=utf-8",
                    reply.headers().firstValue("Content-Type").orElse(""));
            assertTrue(reply.body().contains("# TYPE crm_task_operator_build_info gauge\n"), reply.body());
        }
    }

    @Test
    void refusesOtherMethods() throws Exception {
        for (String method : new String[] {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"}) {
            HttpResponse<String> reply = send(method, "/health/tasks");
            assertEquals(405, reply.statusCode(), method);
            assertEquals("GET, HEAD", reply.headers().firstValue("Allow").orElse(""));
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return get(open.port(), path);
    }

    private static HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        return send(port, "GET", path);
    }

    private HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        return send(open.port(), method, path);
    }

    private static HttpResponse<String> send(int port, String method, String path)
            throws IOException, InterruptedException {
        return send(port, method, path, "*/*");
    }

    private static HttpResponse<String> send(int port, String method, String path, String accept)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(10))
                .header("Accept", accept)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }
}
