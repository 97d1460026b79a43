package io.crmventas.tasks.demo;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;

/**
 * Rows for an empty CRM schema, with activity around {@code now}. The same settings give the same rows.
 *
 * @param now the current time of the data; no row has a later time
 * @param seed another seed gives other rows of the same kinds
 * @param sellersPerTenant active sellers, CEOs among them; at least 5
 * @param messages about how many; about a 25th as many leads and a 20th as many conversations
 */
public record DemoData(Instant now, long seed, int tenants, int sellersPerTenant, int messages) {

    public DemoData {
        if (tenants < 1 || tenants > 100_000) {
            throw new IllegalArgumentException("tenants must be 1 to 100000, not " + tenants);
        }
        if (sellersPerTenant < 5 || sellersPerTenant > 9_999) {
            throw new IllegalArgumentException("sellers per tenant must be 5 to 9999, not " + sellersPerTenant);
        }
        if (messages < 800) {
            throw new IllegalArgumentException(
                    "messages must be 800 or more, so that every kind of row exists, not " + messages);
        }
    }

    /** The demo's size: 4 tenants, 20 sellers, about 10,000 messages. */
    public static DemoData around(Instant now) {
        return new DemoData(now, 1, 4, 5, 10_000);
    }

    /** Fills the empty tables in one transaction. The connection's auto-commit mode is kept. */
    public void fill(Connection connection) throws SQLException {
        var settings = Map.of(
                "demo.now", now.toString(),
                "demo.seed", Long.toString(seed),
                "demo.tenants", Integer.toString(tenants),
                "demo.sellers", Integer.toString(sellersPerTenant),
                "demo.messages", Integer.toString(messages));
        run(connection, settings, "demo-data.sql");
    }

    /** Adds a little work around {@code now} to filled tables. A second call for the same instant adds nothing. */
    public static void tick(Connection connection, Instant now) throws SQLException {
        run(connection, Map.of("demo.now", now.toString(), "demo.seed", "1"), "demo-tick.sql");
    }

    private static void run(Connection connection, Map<String, String> settings, String script) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(false);
        try (var set = connection.prepareStatement("select set_config(?, ?, true)")) {
            for (var setting : settings.entrySet()) {
                set.setString(1, setting.getKey());
                set.setString(2, setting.getValue());
                set.execute();
            }
            new SqlResource("demo-functions.sql").run(connection);
            new SqlResource(script).run(connection);
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(autoCommit);
        }
    }
}
