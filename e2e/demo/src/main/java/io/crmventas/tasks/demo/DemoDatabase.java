package io.crmventas.tasks.demo;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;

/**
 * A PostgreSQL 18 on a free port of the loopback address, which ends when it is closed. It checks passwords (scram-sha-256),
 * and the superuser's password has characters that a DSN must escape.
 */
public final class DemoDatabase implements AutoCloseable {
    public static final String USER = "postgres";
    public static final String PASSWORD = "s3cret/p@ss w%rd";

    private final EmbeddedPostgres server;
    private final Path files;
    private boolean closed;

    private DemoDatabase(EmbeddedPostgres server, Path files) {
        this.server = server;
        this.files = files;
    }

    public static DemoDatabase start() {
        try {
            Path files = Files.createTempDirectory("demo-database");
            var server = EmbeddedPostgres.builder()
                    .setDataDirectory(files.resolve("data"))
                    .setCleanDataDirectory(false)
                    .setRegisterShutdownHook(false)
                    // Several servers can start at the same time on a small machine, so a start can take long.
                    .setPGStartupWait(Duration.ofSeconds(60))
                    .setLocaleConfig("locale", "C")
                    .setLocaleConfig("encoding", "UTF8")
                    .setServerConfig("fsync", "off")
                    .setServerConfig("full_page_writes", "off")
                    .setServerConfig("max_connections", "100")
                    // PostgreSQL 13 would store an MD5 hash of the password, and SCRAM would then refuse every login.
                    .setServerConfig("password_encryption", "scram-sha-256")
                    .start();
            var database = new DemoDatabase(server, files);
            Runtime.getRuntime().addShutdownHook(new Thread(database::close));
            try {
                demandPasswords(server);
            } catch (IOException | SQLException | RuntimeException e) {
                database.close();
                throw e;
            }
            return database;
        } catch (IOException e) {
            throw new UncheckedIOException("starting the embedded PostgreSQL", e);
        } catch (SQLException e) {
            throw new IllegalStateException("setting up the embedded PostgreSQL", e);
        }
    }

    /** The library lets every user in. The server must refuse a wrong password, as in production. */
    private static void demandPasswords(EmbeddedPostgres server) throws IOException, SQLException {
        try (var connection = server.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("alter user postgres password '" + PASSWORD + "'");
            try (var rows = statement.executeQuery("show hba_file")) {
                rows.next();
                Files.writeString(Path.of(rows.getString(1)), """
                        host all all 127.0.0.1/32 scram-sha-256
                        host all all ::1/128 scram-sha-256
                        host replication all 127.0.0.1/32 scram-sha-256
                        """);
            }
            statement.execute("select pg_reload_conf()");
        }
    }

    /**
     * From now on the server offers TLS.
     *
     * @return the certificate that a client must trust
     */
    public Path encrypt() throws IOException, SQLException, InterruptedException {
        try (var connection = database("postgres").connect();
                var statement = connection.createStatement()) {
            Path certificate;
            try (var rows = statement.executeQuery("show data_directory")) {
                rows.next();
                certificate = ServerCertificate.create(Path.of(rows.getString(1)));
            }
            statement.execute("alter system set ssl = on");
            statement.execute("select pg_reload_conf()");
            return certificate;
        }
    }

    public int port() {
        return server.getPort();
    }

    /** Creates a database with these tables and without rows. It quotes the name. */
    public Database createDatabase(String name, CrmSchema schema) throws SQLException {
        try (var connection = database("postgres").connect();
                var statement = connection.createStatement()) {
            statement.execute("create database \"" + name.replace("\"", "\"\"") + "\"");
        }
        var database = database(name);
        try (var connection = database.connect()) {
            schema.create(connection);
        }
        return database;
    }

    /** The address of a database of this server, which need not exist. */
    public Database database(String name) {
        return new Database("127.0.0.1", port(), name, USER, PASSWORD, "");
    }

    /**
     * Ends the server's processes, and removes its files in the background: hundreds of databases have 100,000 files, which
     * take a minute. The end of the JVM closes the server too.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            server.close();
            new ProcessBuilder("rm", "-rf", files.toString()).start();
        } catch (IOException e) {
            throw new UncheckedIOException("stopping the embedded PostgreSQL", e);
        }
    }
}
