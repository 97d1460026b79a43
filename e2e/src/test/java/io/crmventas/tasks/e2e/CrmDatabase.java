package io.crmventas.tasks.e2e;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.LocalPortForward;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The demo CRM's database with its owner's account, through a port-forward to its pod. */
final class CrmDatabase {
    // The client logs a warning with a stack trace when the server closes a forward first.
    private static final Logger WEB_SOCKET = Logger.getLogger("io.fabric8.kubernetes.client.jdkhttp.JdkWebSocketImpl");

    private final Cluster cluster;

    CrmDatabase(Cluster cluster) {
        this.cluster = cluster;
        WEB_SOCKET.setLevel(Level.OFF);
    }

    long number(String sql) {
        return with(sql, statement -> {
            try (ResultSet rows = statement.executeQuery(sql)) {
                rows.next();
                return rows.getLong(1);
            }
        });
    }

    void execute(String sql) {
        with(sql, statement -> statement.execute(sql));
    }

    @FunctionalInterface
    private interface Work<T> {
        T on(Statement statement) throws SQLException;
    }

    private <T> T with(String sql, Work<T> work) {
        Pod pod = cluster.client
                .pods()
                .inNamespace(cluster.namespace)
                .withLabel("app.kubernetes.io/name", "crm-postgres")
                .list()
                .getItems()
                .getFirst();
        URI dsn = URI.create(dsn());
        String[] login = dsn.getUserInfo().split(":", 2);
        try (LocalPortForward forward = cluster.client.pods().resource(pod).portForward(5432);
                Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + forward.getLocalPort() + dsn.getPath(), login[0], login[1]);
                Statement statement = connection.createStatement()) {
            return work.on(statement);
        } catch (SQLException | IOException e) {
            throw new AssertionError(sql, e);
        }
    }

    private String dsn() {
        String encoded = cluster.client
                .secrets()
                .inNamespace(cluster.namespace)
                .withName("crm-database")
                .require()
                .getData()
                .get("POSTGRES_DSN");
        return new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
    }
}
