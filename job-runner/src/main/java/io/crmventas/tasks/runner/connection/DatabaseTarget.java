package io.crmventas.tasks.runner.connection;

import java.util.Properties;

/**
 * Where to connect and how.
 *
 * @param url for the driver; holds hosts and database, never a user or password
 * @param properties the driver's, password among them
 * @param where for messages: hosts and database
 * @param hosts how many servers the driver may have to try
 */
public record DatabaseTarget(String url, Properties properties, String where, int hosts) {
    static final int DEFAULT_PORT = 5432;

    @Override
    public String toString() {
        return where;
    }
}
