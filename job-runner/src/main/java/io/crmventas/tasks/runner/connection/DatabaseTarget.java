package io.crmventas.tasks.runner.connection;

import java.util.Optional;
import java.util.Properties;

/**
 * Where to connect and how.
 *
 * @param url for the driver; holds hosts and database, never a user or password
 * @param properties the driver's, password among them
 * @param where for messages: hosts and database
 * @param hosts how many servers the driver may have to try
 */
public record DatabaseTarget(String url, Properties properties, String where, int hosts, Optional<String> allowedRole) {
    static final int DEFAULT_PORT = 5432;

    /**
     * A server that asks for the password in clear or by MD5 does not get it: it could be another server that answers for
     * the host. In SCRAM the password never leaves the client, and a server that asks for none gets none. The DSN may say
     * otherwise.
     */
    void requireScram() {
        if (properties.containsKey("password")) {
            properties.putIfAbsent("requireAuth", "scram-sha-256,none");
        }
    }

    DatabaseTarget allowing(Optional<String> role) {
        return new DatabaseTarget(url, properties, where, hosts, role);
    }

    /** What to change so that no other server can answer in place of this one; empty when none can. */
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
