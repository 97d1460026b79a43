package io.crmventas.tasks.runner.connection;

import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.report.FailureReason;
import java.security.Security;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Properties;
import org.postgresql.Driver;

/**
 * Opens a session. Every wait for the network has a limit, also when a server accepts and then sends nothing, or sends its
 * answer byte by byte.
 */
public record Connector(DatabaseTarget target) {
    /** The limit for each host, when the DSN has no connect_timeout. */
    static final int CONNECT_SECONDS = 10;

    /** The oldest version on which the CRM and the statements run. */
    private static final int OLDEST_SERVER = 13;
    /** The runner cancels its statement itself, and the server has limits of its own. */
    private static final Duration NET = Duration.ofSeconds(10);

    static {
        // The JVM keeps an address for 30 s and a failed lookup for 10 s. The next attempt would see neither a failover
        // nor that DNS answers again.
        Security.setProperty("networkaddress.cache.ttl", "0");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
    }

    /**
     * @param remaining the time that is left for the whole run
     * @throws Failure when there is no session in time
     */
    public Connection open(Duration remaining) throws SQLException {
        Properties properties = properties();
        int perHost = Integer.parseInt(properties.getProperty("connectTimeout"));
        // On every host, the TCP connection and the login can each take this time.
        long seconds = Math.min(remaining.toSeconds() + 1, 2L * perHost * target.hosts());
        properties.setProperty("loginTimeout", String.valueOf(seconds));
        Connection connection = connect(properties);
        try {
            if (connection.getMetaData().getDatabaseMajorVersion() < OLDEST_SERVER) {
                throw new Failure(
                        FailureReason.DATABASE_VERSION_UNSUPPORTED,
                        "the server is older than PostgreSQL " + OLDEST_SERVER + "; move the database to a newer one");
            }
            // The limit of each statement is shorter. This one is for a server that does not answer at all.
            connection.setNetworkTimeout(
                    Runnable::run, (int) Math.min(remaining.plus(NET).toMillis(), Integer.MAX_VALUE));
            return connection;
        } catch (SQLException | RuntimeException error) {
            connection.close();
            throw error;
        }
    }

    private Connection connect(Properties properties) {
        try {
            return Objects.requireNonNull(new Driver().connect(target.url(), properties));
        } catch (SQLException refused) {
            throw Failure.ofConnect(refused, target.where());
        }
    }

    private Properties properties() {
        Properties properties = new Properties();
        properties.putAll(target.properties());
        properties.putIfAbsent("connectTimeout", String.valueOf(CONNECT_SECONDS));
        // This limits the login, so that the driver tries the next host after a silent one. open() raises it
        // afterwards.
        properties.setProperty("socketTimeout", properties.getProperty("connectTimeout"));
        properties.setProperty("cancelSignalTimeout", "1");
        // In a database in SQL_ASCII each transaction of the runner sets its own encoding.
        properties.setProperty("allowEncodingChanges", "true");
        properties.putIfAbsent("tcpKeepAlive", "true");
        // PostgreSQL plans each statement for its own values, and no prepared statement stays on a pooler's server.
        properties.setProperty("prepareThreshold", "0");
        // Every supported server is newer, so the name goes with the start-up packet. "SET application_name" would stay
        // on a pooler's session.
        properties.setProperty("assumeMinServerVersion", String.valueOf(OLDEST_SERVER));
        // Details quote rows, and rows are people's data.
        properties.setProperty("logServerErrorDetail", "false");
        return properties;
    }
}
