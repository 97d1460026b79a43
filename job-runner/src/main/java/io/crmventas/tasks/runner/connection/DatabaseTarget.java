package io.crmventas.tasks.runner.connection;

import java.util.Optional;
import java.util.Properties;

/**
 * The address of the database, and the properties of the connection.
 *
 * @param url the URL for the driver, with hosts and database, but without user and password
 * @param properties the properties for the driver, with the password
 * @param where the hosts and the database, for messages
 * @param hosts the number of servers that the driver tries
 * @param allowedRole the name of a powerful role that the runner may be, or empty
 */
public record DatabaseTarget(String url, Properties properties, String where, int hosts, String allowedRole) {
    /** Returns what to change so that no other server can answer for this host; empty when none can. */
    public Optional<String> identityWarning() {
        String mode = properties.getProperty("sslmode", "prefer");
        return mode.equals("verify-full")
                ? Optional.empty()
                : Optional.of("database: with sslmode=" + mode + " another server can answer in place of this one;"
                        + " write sslmode=verify-full and sslrootcert=ca.crt in the DSN, and put the authority's"
                        + " certificate into the Secret as ca.crt");
    }

    @Override
    public String toString() {
        return where;
    }
}
