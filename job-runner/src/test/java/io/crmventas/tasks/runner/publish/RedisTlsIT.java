package io.crmventas.tasks.runner.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.runner.publish.RedisSettings.RedisTarget;
import io.crmventas.tasks.runner.task.output.Publication;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Redis over TLS. The server has its own certificate. Like Redis 5 it does not know HELLO. */
@Timeout(60)
class RedisTlsIT {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final List<String> commands = new CopyOnWriteArrayList<>();

    @TempDir
    private Path folder = Path.of("replaced");

    @Test
    void trustsTheGivenAuthority() throws Exception {
        try (SSLServerSocket server = listen("san=ip:127.0.0.1")) {
            publish(server, authority());

            assertEquals(List.of("HELLO", "AUTH", "HELLO", "SELECT", "SET"), commands);
        }
    }

    @Test
    void trustsNoOtherAuthority() throws Exception {
        try (SSLServerSocket server = listen("san=ip:127.0.0.1")) {
            assertRefused("put the authority's certificate into the Redis Secret as ca.crt", server, Optional.empty());
        }
    }

    @Test
    void refusesTheCertificateOfAnotherHost() throws Exception {
        try (SSLServerSocket server = listen("san=dns:another.example")) {
            assertRefused("No subject alternative names", server, authority());
        }
    }

    @Test
    void namesAFileThatHoldsNoCertificate() throws Exception {
        Path garbled = Files.writeString(folder.resolve("ca.crt"), "no certificate");
        try (SSLServerSocket server = listen("san=ip:127.0.0.1")) {
            assertRefused("the certificates in " + garbled, server, Optional.of(garbled));
        }
    }

    private static void assertRefused(String why, SSLServerSocket server, Optional<Path> authority) {
        RuntimeException refused = assertThrows(RuntimeException.class, () -> publish(server, authority));
        String text = RedisPublisher.text(refused);
        assertTrue(text.contains(why), text);
    }

    /** Avoids the publisher's limit of 2 s, because a busy machine may need longer for its first TLS handshake. */
    private static void publish(SSLServerSocket server, Optional<Path> authority) {
        RedisPipeline.send(
                new RedisTarget.Server("127.0.0.1", server.getLocalPort(), "u", "p", 3, true, authority),
                List.of(new Publication.CacheEntry("k", "{}", Duration.ofMinutes(5))),
                30_000);
    }

    private SSLServerSocket listen(String names) throws Exception {
        Path store = folder.resolve("server.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=redis",
                        "-ext",
                        names,
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .inheritIO()
                .start();
        assertEquals(0, keytool.waitFor());
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(KeyStore.getInstance(store.toFile(), PASSWORD), PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        SSLServerSocket server =
                (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 1, LOOPBACK);
        Thread.ofPlatform().daemon().start(() -> answer(server));
        return server;
    }

    private Optional<Path> authority() throws Exception {
        byte[] certificate = KeyStore.getInstance(folder.resolve("server.p12").toFile(), PASSWORD)
                .getCertificate("server")
                .getEncoded();
        return Optional.of(Files.writeString(
                folder.resolve("ca.crt"),
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate)
                        + "\n-----END CERTIFICATE-----\n"));
    }

    private void answer(SSLServerSocket server) {
        try (SSLSocket client = (SSLSocket) server.accept();
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
                OutputStream out = client.getOutputStream()) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("*")) {
                    // The length of the command's name, then the name.
                    in.readLine();
                    String command = String.valueOf(in.readLine());
                    commands.add(command);
                    String answer = command.equals("HELLO") ? "-ERR unknown command\r\n" : "+OK\r\n";
                    out.write(answer.getBytes(StandardCharsets.UTF_8));
                    out.flush();
                }
            }
        } catch (IOException refused) {
            // The client closed the connection. The test reads the error of the client.
        }
    }
}
