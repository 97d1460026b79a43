package io.crmventas.tasks.runner.connection;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.postgresql.Driver;

/**
 * Opens a session whose waits for the network all end. The opening runs on a thread of its own, because a server may
 * accept and then send nothing, or send its answer byte by byte.
 */
public final class Connector {
    /** Per host, when the DSN gives no connect_timeout. */
    static final int CONNECT_SECONDS = 10;

    private static final int OLDEST_SERVER = 13;
    /** The runner cancels its statement itself, and the server has limits of its own. */
    private static final Duration NET = Duration.ofSeconds(10);

    private final DatabaseTarget target;

    public Connector(DatabaseTarget target) {
        this.target = target;
    }

    /**
     * @param remaining what is left for the whole run
     * @param stop completed when the run must end; the wait then ends at once
     * @throws SQLException with SQLSTATE 08001 when there was no session in time
     */
    public Connection open(Duration remaining, CompletableFuture<?> stop) throws SQLException {
        Properties properties = properties();
        int perHost = Integer.parseInt(properties.getProperty("connectTimeout"));
        // Establishing TCP and then logging in may each take their time on every host.
        Duration atMost = Collections.min(List.of(remaining, Duration.ofSeconds(2L * perHost * target.hosts())));
        CompletableFuture<Connection> opening = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("connect").start(() -> connect(properties, opening));
        try {
            CompletableFuture.anyOf(opening, stop).get(Math.max(1, atMost.toMillis()), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw abandoned(opening, "no answer from " + target.where() + " within " + atMost.toSeconds() + " s");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw abandoned(opening, "interrupted while connecting to " + target.where());
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof SQLException sql ? sql : new SQLException(failed.getCause());
        }
        Connection connection = opening.getNow(null);
        if (connection == null) {
            throw abandoned(opening, "stopped while connecting to " + target.where());
        }
        try {
            // Each statement's own limit ends earlier; this one is for a server that answers nothing at all.
            connection.setNetworkTimeout(
                    Runnable::run, (int) Math.min(remaining.plus(NET).toMillis(), Integer.MAX_VALUE));
            return connection;
        } catch (SQLException | RuntimeException error) {
            connection.close();
            throw error;
        }
    }

    /** The oldest version that the CRM runs on, and that has what the statements use. */
    public static boolean supported(Connection connection) throws SQLException {
        return connection.getMetaData().getDatabaseMajorVersion() >= OLDEST_SERVER;
    }

    /** The powerful role that the Secret allows the runner to be, or empty. */
    public String allowedRole() {
        return target.allowedRole();
    }

    private Properties properties() {
        Properties properties = new Properties();
        properties.putAll(target.properties());
        properties.putIfAbsent("connectTimeout", String.valueOf(CONNECT_SECONDS));
        if (properties.getProperty("connectTimeout").equals("0")) {
            // In libpq this means to wait without end, which no part of a run may do.
            properties.setProperty("connectTimeout", String.valueOf(CONNECT_SECONDS));
        }
        // While logging in, so that a silent host gives way to the next one; raised once the session is there.
        properties.setProperty("socketTimeout", properties.getProperty("connectTimeout"));
        properties.setProperty("cancelSignalTimeout", "1");
        // A transaction of the runner changes it in a database in SQL_ASCII, for itself.
        properties.setProperty("allowEncodingChanges", "true");
        properties.putIfAbsent("tcpKeepAlive", "true");
        // Few big statements: each is planned for its own values, and no name is left on a pooler's server.
        properties.setProperty("prepareThreshold", "0");
        // Every supported server is newer, so the name goes with the start-up packet. "SET application_name" would stay
        // on a pooler's session.
        properties.setProperty("assumeMinServerVersion", String.valueOf(OLDEST_SERVER));
        // Details quote rows, and rows are people's data.
        properties.setProperty("logServerErrorDetail", "false");
        return properties;
    }

    private void connect(Properties properties, CompletableFuture<Connection> opening) {
        try {
            Connection connection = new Driver().connect(target.url(), properties);
            if (connection == null) {
                opening.completeExceptionally(new SQLException("the driver does not know its own URL", "08001"));
            } else if (!opening.complete(connection)) {
                connection.close();
            }
        } catch (SQLException | RuntimeException error) {
            opening.completeExceptionally(error);
        }
    }

    /** The first to complete the future owns the session. A session that comes later is closed by its own thread. */
    private static SQLException abandoned(CompletableFuture<Connection> opening, String message) throws SQLException {
        SQLException late = new SQLTimeoutException(message, "08001");
        if (!opening.completeExceptionally(late) && !opening.isCompletedExceptionally()) {
            opening.join().close();
        }
        return late;
    }
}
