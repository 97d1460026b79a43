package io.crmventas.tasks.runner.connection;

import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.report.Reason;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Properties;
import org.postgresql.Driver;

/**
 * Opens a session whose waits for the network all end, even where a server accepts and then sends nothing, or sends its
 * answer byte by byte.
 */
public record Connector(DatabaseTarget target) {
    /** Per host, when the DSN gives no connect_timeout. */
    static final int CONNECT_SECONDS = 10;

    /** The oldest version that the CRM runs on, and that has what the statements use. */
    private static final int OLDEST_SERVER = 13;
    /** The runner cancels its statement itself, and the server has limits of its own. */
    private static final Duration NET = Duration.ofSeconds(10);

    /**
     * @param remaining what is left for the whole run
     * @throws SQLException with SQLSTATE 08001 when there was no session in time
     */
    public Connection open(Duration remaining) throws SQLException {
        Properties properties = properties();
        int perHost = Integer.parseInt(properties.getProperty("connectTimeout"));
        // Establishing TCP and then logging in may each take their time on every host.
        long seconds = Math.min(remaining.toSeconds() + 1, 2L * perHost * target.hosts());
        properties.setProperty("loginTimeout", String.valueOf(seconds));
        Connection connection = Objects.requireNonNull(new Driver().connect(target.url(), properties));
        try {
            if (connection.getMetaData().getDatabaseMajorVersion() < OLDEST_SERVER) {
                throw new Failure(
                        Reason.DATABASE_VERSION_UNSUPPORTED,
                        "the server is older than PostgreSQL " + OLDEST_SERVER + "; move the database to a newer one");
            }
            // Each statement's own limit ends earlier; this one is for a server that answers nothing at all.
            connection.setNetworkTimeout(
                    Runnable::run, (int) Math.min(remaining.plus(NET).toMillis(), Integer.MAX_VALUE));
            return connection;
        } catch (SQLException | RuntimeException error) {
            connection.close();
            throw error;
        }
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
}
