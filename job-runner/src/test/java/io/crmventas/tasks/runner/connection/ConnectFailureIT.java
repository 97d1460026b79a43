package io.crmventas.tasks.runner.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.demo.Database;
import io.crmventas.tasks.runner.Databases;
import io.crmventas.tasks.runner.Launch;
import io.crmventas.tasks.runner.RunnerMain;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ConnectFailureIT {
    private static final String CANARY = "canary-pass-815";
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @TempDir
    private Path secret = Path.of("replaced");

    @Test
    void wrongPasswordIsPermanentAndTriedOnce() throws SQLException {
        Database database = Databases.create(CrmSchema.EMPTY);

        Launch.Ended ended = launch(
                        "postgresql://postgres:" + CANARY + "@127.0.0.1:" + database.port() + "/" + database.name())
                .run("run", "cleanup");

        assertFailed(ended, 78, "DatabaseAuthenticationFailed", 1);
    }

    @Test
    void unknownDatabaseIsPermanent() {
        Database database = Databases.missing();

        Launch.Ended ended = Databases.launch(database).run("run", "cleanup");

        assertFailed(ended, 78, "DatabaseNotFound", 1);
        assertTrue(String.valueOf(ended.report().message()).contains("missing_database"));
    }

    @Test
    void missingPasswordIsNamed() throws SQLException {
        Database database = Databases.create(CrmSchema.EMPTY);

        Launch.Ended ended = launch("postgresql://postgres@127.0.0.1:" + database.port() + "/" + database.name())
                .run("run", "cleanup");

        assertFailed(ended, 78, "DatabaseSettingsRejected", 1);
        assertTrue(String.valueOf(ended.report().message()).contains("POSTGRES_PASSWORD"), ended.toString());
    }

    @ParameterizedTest
    @CsvSource({"options=-cno_such_setting%3D1, DatabaseSettingsRejected", "sslmode=require, DatabaseTlsFailed"})
    void parameterThatTheServerRefusesIsPermanent(String parameter, String reason) throws SQLException {
        Database database = Databases.create(CrmSchema.EMPTY);

        Launch.Ended ended = Databases.launch(database)
                .with("POSTGRES_DSN", database.dsn() + "?" + parameter)
                .run("run", "cleanup");

        assertFailed(ended, 78, reason, 1);
    }

    @Test
    void databaseThatTakesNoConnectionsIsUnavailable() throws SQLException {
        Database database = Databases.create(CrmSchema.EMPTY);
        Database other = Databases.create(CrmSchema.EMPTY);
        Databases.execute(other, "alter database " + database.name() + " allow_connections false");

        Launch.Ended ended =
                Databases.launch(database).with("CRM_TASK_RETRY_LIMIT", "1").run("run", "cleanup");

        assertFailed(ended, 69, "DatabaseUnavailable", 2);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5})
    void sendsNoPasswordToAServerWithoutScram(int method) throws Exception {
        CompletableFuture<Integer> answer = new CompletableFuture<>();
        try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK)) {
            Thread.ofPlatform().daemon().start(() -> askForPassword(server, method, answer));

            Launch.Ended ended = launch(
                            "postgresql://u:" + CANARY + "@127.0.0.1:" + server.getLocalPort() + "/crm?sslmode=disable")
                    .run("run", "cleanup");

            assertFailed(ended, 78, "DatabaseSettingsRejected", 1);
            assertTrue(String.valueOf(ended.report().message()).contains("require_auth="), ended.toString());
            assertEquals(-1, answer.get(10, TimeUnit.SECONDS), "the client must close the connection");
        }
    }

    /** The driver reads the file when a server takes TLS. */
    @ParameterizedTest
    @CsvSource({
        "'', /.postgresql/root.crt",
        "&sslrootcert=missing.crt, /missing.crt (No such file",
        "&sslrootcert=POSTGRES_DSN, into a TrustManager failed",
        "&sslrootcert=empty, trustAnchors",
        "&sslrootcert=.., Is a directory",
    })
    void invalidRootCertificateIsPermanentAndNamed(String certificate, String fault) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK)) {
            Thread.ofPlatform().daemon().start(() -> acceptTls(server));
            String dsn = "postgresql://u:" + CANARY + "@127.0.0.1:" + server.getLocalPort() + "/crm?sslmode=verify-full"
                    + certificate;
            Files.writeString(secret.resolve("POSTGRES_DSN"), dsn);
            Files.writeString(secret.resolve("empty"), "");

            Launch.Ended ended =
                    launch(dsn).with("CRM_DATABASE_DIR", secret.toString()).run("run", "cleanup");

            assertFailed(ended, 78, "DatabaseTlsFailed", 1);
            String message = String.valueOf(ended.report().message());
            assertTrue(message.contains(fault) && message.contains("write sslrootcert=ca.crt"), message);
        }
    }

    @Test
    void closedPortIsUnavailableAfterRetries() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
            port = socket.getLocalPort();
        }

        Launch.Ended ended = launch("postgresql://u:" + CANARY + "@127.0.0.1:" + port + "/crm")
                .with("CRM_TASK_RETRY_LIMIT", "3")
                .run("run", "cleanup");

        assertFailed(ended, 69, "DatabaseUnavailable", 4);
        assertTrue(String.valueOf(ended.report().message()).contains("tried 4 times"));
    }

    @Test
    void unknownHostIsUnavailable() {
        Launch.Ended ended = launch("postgresql://u:" + CANARY + "@no-such-host.invalid/crm")
                .with("CRM_TASK_RETRY_LIMIT", "0")
                .run("run", "cleanup");

        assertFailed(ended, 69, "DatabaseUnavailable", 1);
        assertTrue(String.valueOf(ended.report().message()).contains("UnknownHostException"));
    }

    @Test
    void silentServerIsUnavailableAfterTheConnectTimeout() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, LOOPBACK)) {
            long start = System.nanoTime();

            Launch.Ended ended = launch("postgresql://u:" + CANARY + "@127.0.0.1:" + silent.getLocalPort()
                            + "/crm?connect_timeout=1&sslmode=disable")
                    .with("CRM_TASK_RETRY_LIMIT", "1")
                    .run("run", "cleanup");

            assertFailed(ended, 69, "DatabaseUnavailable", 2);
            assertTrue(since(start).toMillis() < 8000, "took " + since(start));
        }
    }

    @Test
    void silentServerIsSkippedForTheNextHost() throws IOException, SQLException {
        Database database = Databases.create(CrmSchema.REFERENCE);
        try (ServerSocket silent = new ServerSocket(0, 50, LOOPBACK)) {
            String hosts = "@127.0.0.1:" + silent.getLocalPort() + ",127.0.0.1:";

            Launch.Ended ended = Databases.launch(database)
                    .with(
                            "POSTGRES_DSN",
                            database.dsn().replace("@127.0.0.1:", hosts) + "?connect_timeout=1&sslmode=disable")
                    .run("run", "cleanup");

            assertEquals(0, ended.exit(), ended.toString());
        }
    }

    /** The name of a database moves to another address in a failover. A new pod sometimes cannot look up a name at first. */
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.2 crm-db", "127.0.0.2 other"})
    void eachAttemptLooksUpTheHostsAgain(String before) throws IOException, SQLException {
        Database database = Databases.create(CrmSchema.REFERENCE);
        int port = database.port();
        Path hosts = Files.writeString(secret.resolve("hosts"), before);
        try (ServerSocket old = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.2"))) {
            Thread.ofPlatform().daemon().start(() -> failOver(old, hosts));

            Launch.Ended ended = Databases.launch(database)
                    .with("JDK_JAVA_OPTIONS", "-Djdk.net.hosts.file=" + hosts)
                    .with("POSTGRES_DSN", database.dsn().replace("@127.0.0.1:", "@crm-db:" + port + ",other:"))
                    .start(RunnerMain.class, "run", "cleanup")
                    .awaitEnd();

            assertEquals(0, ended.exit(), ended.toString());
            assertEquals(2, ended.report().attempts());
        }
    }

    @Test
    void deadlineEndsTheWaitForAConnection() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, LOOPBACK)) {
            Launch.Ended ended = launch("postgresql://u:" + CANARY + "@127.0.0.1:" + silent.getLocalPort()
                            + "/crm?connect_timeout=30&sslmode=disable")
                    .with("CRM_TASK_TIMEOUT", "1s")
                    .run("run", "cleanup");

            assertFailed(ended, 75, "DeadlineExceeded", 1);
        }
    }

    private static void failOver(ServerSocket old, Path hosts) {
        try (Socket _ = old.accept()) {
            Files.writeString(hosts, "127.0.0.1 crm-db");
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    private static void acceptTls(ServerSocket server) {
        try (Socket client = server.accept()) {
            client.getInputStream().readNBytes(2 * Integer.BYTES);
            client.getOutputStream().write('S');
            client.getInputStream().readAllBytes();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    /** Reads the start-up packet, asks for the password and completes with the first byte of the answer. */
    private static void askForPassword(ServerSocket server, int method, CompletableFuture<Integer> answer) {
        try (Socket client = server.accept();
                DataInputStream in = new DataInputStream(client.getInputStream());
                DataOutputStream out = new DataOutputStream(client.getOutputStream())) {
            in.readNBytes(in.readInt() - Integer.BYTES);
            byte[] salt = new byte[method == 5 ? Integer.BYTES : 0];
            out.writeByte('R');
            out.writeInt(2 * Integer.BYTES + salt.length);
            out.writeInt(method);
            out.write(salt);
            out.flush();
            answer.complete(in.read());
        } catch (IOException fault) {
            answer.completeExceptionally(fault);
        }
    }

    private static Launch launch(String dsn) {
        return Launch.quick().canary(CANARY).canary(dsn).with("POSTGRES_DSN", dsn);
    }

    private static void assertFailed(Launch.Ended ended, int exit, String reason, int attempts) {
        RunReport report = ended.report();
        assertEquals(reason, report.reason(), ended.toString());
        assertEquals(exit, ended.exit(), ended.toString());
        assertEquals(RunResult.FAILED, report.result());
        assertEquals("connect", report.step());
        assertEquals("failed", report.database());
        assertEquals(attempts, report.attempts());
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
