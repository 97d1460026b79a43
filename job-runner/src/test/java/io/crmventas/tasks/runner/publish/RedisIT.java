package io.crmventas.tasks.runner.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.contract.Counts;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.demo.Database;
import io.crmventas.tasks.demo.EmbeddedRedis;
import io.crmventas.tasks.runner.Databases;
import io.crmventas.tasks.runner.Launch;
import io.crmventas.tasks.runner.publish.RedisSettings.RedisTarget;
import io.crmventas.tasks.runner.task.output.Publication;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;

@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RedisIT {
    private static final String PASSWORD = "canary-redis-99";
    private static final List<Publication> ONE = List.of(new Publication.CacheEntry("k", "{}", Duration.ofMinutes(5)));

    private Database database = Databases.missing();

    @BeforeAll
    void createDatabase() throws SQLException {
        database = Databases.create(CrmSchema.REFERENCE);
    }

    @Test
    void publishesAndCachesCommittedChanges() throws Exception {
        try (EmbeddedRedis redis = EmbeddedRedis.startWithPassword(PASSWORD);
                Jedis listener = client(redis);
                Jedis reader = client(redis)) {
            CompletableFuture<String> received = new CompletableFuture<>();
            CountDownLatch subscribed = new CountDownLatch(1);
            JedisPubSub subscriber = new JedisPubSub() {
                @Override
                public void onSubscribe(String channel, int subscribedChannels) {
                    subscribed.countDown();
                }

                @Override
                public void onMessage(String channel, String message) {
                    received.complete(channel + " " + message);
                }
            };
            Thread.ofPlatform().daemon().start(() -> listener.subscribe(subscriber, "notifications:7"));
            assertTrue(subscribed.await(10, TimeUnit.SECONDS));

            Launch.Ended ended = launch("redis://:" + PASSWORD + "@127.0.0.1:" + redis.port() + "/0");

            assertEquals(0, ended.exit(), ended.toString());
            assertEquals("available", ended.report().redis(), ended.toString());
            assertEquals("notifications:7 {\"count\":1}", received.get(10, TimeUnit.SECONDS));
            assertEquals("{\"cached\":true}", reader.get("metrics:7"));
            assertTrue(reader.ttl("metrics:7") > 290);
            subscriber.unsubscribe();
        }
    }

    @Test
    void wrongPasswordIsAWarning() {
        try (EmbeddedRedis redis = EmbeddedRedis.startWithPassword("another")) {
            assertUnavailable(launch("redis://:" + PASSWORD + "@127.0.0.1:" + redis.port()));
        }
    }

    @Test
    void onlyTheRefusedMessagesAreCounted() {
        try (EmbeddedRedis redis = EmbeddedRedis.startWithPassword(PASSWORD);
                Jedis admin = client(redis)) {
            admin.aclSetUser("writer", "on", ">" + PASSWORD, "allkeys", "+set");

            Launch.Ended ended = launch("redis://writer:" + PASSWORD + "@127.0.0.1:" + redis.port());

            assertEquals("unavailable", ended.report().redis(), ended.toString());
            assertEquals(1L, ended.report().counts().get("redisNotConfirmed"), ended.toString());
            assertEquals("{\"cached\":true}", admin.get("metrics:7"));
        }
    }

    @Test
    void deadServerIsAWarning() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Launch.Ended ended = launch("redis://:" + PASSWORD + "@127.0.0.1:" + port);

        assertUnavailable(ended);
        assertTrue(String.valueOf(ended.report().warnings()).contains("Connection refused"), ended.toString());
    }

    @Test
    void wrongAddressIsAWarningOfRunAndCheck() {
        assertUnavailable(launch("http://" + PASSWORD + "@x"));

        Launch.Ended checked = Databases.launch(database)
                .with("REDIS_CACHE_ENABLED", "true")
                .with("REDIS_URL", "http://" + PASSWORD + "@x")
                .canary(PASSWORD)
                .run("check", "cleanup");
        assertEquals(0, checked.exit(), checked.toString());
        assertTrue(checked.err().contains("REDIS_URL: must look like redis://"), checked.toString());
    }

    @Test
    void silentServerIsAWarningWithinTheLimit() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            boundedWarning(silent.getLocalPort());
        }
    }

    @Test
    void slowServerIsAWarningWithinTheLimit() throws IOException {
        try (ServerSocket slow = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> sendSlowly(slow));
            String warning = boundedWarning(slow.getLocalPort());
            assertTrue(warning.contains("no complete answer within 1800 ms"), warning);
        }
    }

    @Test
    void runWithoutChangesDoesNotConnect() {
        Launch.Ended ended = Databases.launch(database)
                .with("REDIS_CACHE_ENABLED", "true")
                .with("REDIS_HOST", "no-such-host.invalid")
                .run("run", "cleanup");

        assertEquals("unknown", ended.report().redis());
        assertEquals(null, ended.report().warnings());
    }

    /**
     * Publishes to a server that never completes its answer, so only the publisher's limit can end the wait.
     *
     * @return the warning of the run
     */
    private static String boundedWarning(int port) {
        long start = System.nanoTime();

        RedisPublisher.Status status = new RedisPublisher(
                        new RedisTarget.Server("127.0.0.1", port, "", PASSWORD, 0, false, Optional.empty()))
                .publish(ONE);

        long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
        assertEquals("unavailable", status.report());
        assertTrue(millis <= 10_000, "took " + millis);
        return status.warning().orElseThrow();
    }

    private static void assertUnavailable(Launch.Ended ended) {
        assertEquals(0, ended.exit(), ended.toString());
        assertEquals(RunResult.SUCCEEDED, ended.report().result());
        assertEquals("unavailable", ended.report().redis());
        assertEquals(2L, ended.report().counts().get("redisNotConfirmed"), ended.toString());
        String warnings = String.valueOf(ended.report().warnings());
        assertTrue(warnings.contains("redis: "), warnings);
        assertTrue(warnings.contains("did not confirm 2 of this run's messages"), warnings);
    }

    private Launch.Ended launch(String url) {
        return Databases.launch(database)
                .canary(PASSWORD)
                .with("REDIS_CACHE_ENABLED", "true")
                .with("REDIS_URL", url)
                .doing(run -> {
                    run.outcome().count(Counts.UNANSWERED, 1);
                    run.outcome().publish(new Publication.Message("notifications:7", "{\"count\":1}"));
                    run.outcome()
                            .publish(new Publication.CacheEntry(
                                    "metrics:7", "{\"cached\":true}", Duration.ofMinutes(5)));
                })
                .run("run", "notification-checks");
    }

    private static Jedis client(EmbeddedRedis redis) {
        return new Jedis(
                new HostAndPort(redis.host(), redis.port()),
                DefaultJedisClientConfig.builder().resp2().password(PASSWORD).build());
    }

    /** Sends an endless bulk string, one byte every 50 ms, until the client closes the connection. */
    private static void sendSlowly(ServerSocket server) {
        try (Socket client = server.accept();
                OutputStream out = client.getOutputStream()) {
            out.write("$1000000\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            while (!server.isClosed()) {
                out.write('x');
                out.flush();
                TimeUnit.MILLISECONDS.sleep(50);
            }
        } catch (IOException | InterruptedException gone) {
            Thread.currentThread().interrupt();
        }
    }
}
