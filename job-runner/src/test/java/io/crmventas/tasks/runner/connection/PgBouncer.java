package io.crmventas.tasks.runner.connection;

import io.crmventas.tasks.demo.Database;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** A real PgBouncer in front of one server. Debian's package {@code pgbouncer} must be installed. */
final class PgBouncer implements AutoCloseable {
    /** All clients of the pool share this number of sessions to the server. */
    static final int POOL_SIZE = 2;

    private static final Path PROGRAM = Path.of("/usr/sbin/pgbouncer");

    private final Process process;
    private final Path folder;
    private final Database server;
    private final int port;

    private PgBouncer(Process process, Path folder, Database server, int port) {
        this.process = process;
        this.folder = folder;
        this.server = server;
        this.port = port;
    }

    /** @param more lines of pgbouncer.ini */
    static PgBouncer start(Database server, String poolMode, String... more) throws IOException {
        if (!Files.isExecutable(PROGRAM)) {
            throw new IllegalStateException(PROGRAM + " is missing: install Debian's package pgbouncer");
        }
        Path folder = Files.createTempDirectory("pgbouncer");
        int port = freePort();
        Path ini = folder.resolve("pgbouncer.ini");
        Path users = folder.resolve("users.txt");
        Files.writeString(users, "\"" + server.user() + "\" \"" + server.password() + "\"");
        users.toFile().setReadable(true, false);
        Files.writeString(ini, """
                [databases]
                * = host=127.0.0.1 port=%d user=%s password='%s'
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = scram-sha-256
                auth_file = %s
                pool_mode = %s
                default_pool_size = %d
                %s
                """.formatted(
                        server.port(),
                        server.user(),
                        server.password(),
                        port,
                        users,
                        poolMode,
                        POOL_SIZE,
                        String.join(System.lineSeparator(), more)));
        folder.toFile().setReadable(true, false);
        folder.toFile().setExecutable(true, false);
        ini.toFile().setReadable(true, false);
        // PgBouncer refuses to run as root.
        List<String> command = System.getProperty("user.name").equals("root")
                ? List.of(PROGRAM.toString(), "--quiet", "--user=nobody", ini.toString())
                : List.of(PROGRAM.toString(), "--quiet", ini.toString());
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        PgBouncer pooler = new PgBouncer(process, folder, server, port);
        pooler.awaitPort();
        return pooler;
    }

    Database database() {
        return database("");
    }

    /** Connects like an application whose driver leaves no named statement on a pooled session. */
    Connection connect() throws SQLException {
        return database("prepareThreshold=0").connect();
    }

    private Database database(String query) {
        return new Database("127.0.0.1", port, server.name(), server.user(), server.password(), query);
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
        for (String file : List.of("pgbouncer.ini", "users.txt", "log", "")) {
            folder.resolve(file).toFile().delete();
        }
    }

    private void awaitPort() throws IOException {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (process.isAlive() && System.nanoTime() < deadline) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (socket.isConnected()) {
                    return;
                }
            } catch (IOException notYet) {
                Thread.onSpinWait();
            }
        }
        process.destroy();
        throw new IllegalStateException("PgBouncer did not start: " + Files.readString(folder.resolve("log")));
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
