package io.crmventas.tasks.runner.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.demo.Database;
import io.crmventas.tasks.runner.Databases;
import io.crmventas.tasks.runner.Launch;
import io.crmventas.tasks.runner.RealTasks;
import io.crmventas.tasks.runner.sql.Sql;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The connection breaks after the runner has sent COMMIT and before the answer of the server arrives. */
@Timeout(60)
class LostCommitIT {
    /**
     * The number of the first commit that writes. In metrics-refresh it follows now, schema and figures; in
     * notification-checks it follows now, schema and tenants.
     */
    private static final int WRITING_COMMIT = 4;

    private static final String NOW = "2026-05-04T12:00:00Z";

    private Database server = Databases.missing();

    @BeforeEach
    void createThreeUnansweredConversations() throws SQLException {
        server = Databases.create(CrmSchema.REFERENCE);
        Databases.execute(
                server,
                "insert into tenants (id, bot_phone_number, clinic_name) values (1, '', '')",
                "insert into users (email, role, status, tenant_id) values ('a@b', 'closer', 'active', 1)",
                "insert into chat_messages (tenant_id, from_number, role, content, assigned_seller_id, created_at)"
                        + " select 1, n, 'user', '', id, '2026-05-04T10:00:00Z' from users, unnest(array['1', '2', '3']) n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void rowsOfACommitWithoutAnswerAreCountedOnce(boolean arrives) throws IOException, SQLException {
        Launch.Ended ended = run("metrics-refresh", arrives, "{}", 2);

        assertEquals(0, ended.exit(), ended.toString());
        assertEquals(2, ended.report().attempts(), ended.toString());
        assertEquals(RunResult.SUCCEEDED, ended.report().result(), ended.toString());
        assertEquals(
                Map.of("metricsWritten", 1L, "metricsUnchanged", 0L, "orphanMessages", 0L),
                ended.report().counts());
        assertFalse(String.valueOf(ended.report().warnings()).contains("lost"), ended.toString());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void commitWithoutAnswerFillsTheCapOnce(boolean arrives) throws IOException, SQLException {
        Launch.Ended ended = run("notification-checks", arrives, "{\"maxUnanswered\": 1}", 2);

        assertEquals(0, ended.exit(), ended.toString());
        assertEquals(1L, ended.report().counts().get("unanswered"), ended.toString());
        assertEquals(2L, ended.report().counts().get("unansweredCut"), ended.toString());
        assertEquals(1L, notifications());
    }

    @Test
    void unknownResultOfACommitIsAWarning() throws IOException, SQLException {
        Launch.Ended ended = run("notification-checks", true, "{}", 0);

        assertEquals(69, ended.exit(), ended.toString());
        assertTrue(
                String.valueOf(ended.report().warnings()).contains("could not find out whether it happened"),
                ended.toString());
        assertEquals(3L, notifications());
    }

    private Launch.Ended run(String task, boolean commitArrives, String parameters, int retries) throws IOException {
        try (ServerSocket proxy = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            AtomicInteger commits = new AtomicInteger();
            Thread.ofVirtual().start(() -> accept(proxy, commits, commitArrives));
            Database broken = new Database(
                    "127.0.0.1", proxy.getLocalPort(), server.name(), server.user(), server.password(), "");
            return Databases.launch(broken)
                    .with("CRM_TASK_PARAMETERS", parameters)
                    .with("CRM_TASK_RETRY_LIMIT", String.valueOf(retries))
                    .tasks(RealTasks.catalog())
                    .run("run", task, "--as-of", NOW);
        }
    }

    /** Takes a lock on the table first, which waits for a commit that is still under way. */
    private long notifications() throws SQLException {
        try (Connection connection = server.connect()) {
            connection.setAutoCommit(false);
            Sql.of("lock table notifications in share mode").update(connection);
            return Sql.of("select count(*) as n from notifications")
                    .list(connection, row -> row.get("n", Long.class))
                    .getFirst();
        }
    }

    private void accept(ServerSocket proxy, AtomicInteger commits, boolean commitArrives) {
        try {
            while (true) {
                Socket client = proxy.accept();
                Socket crm = new Socket(InetAddress.getLoopbackAddress(), server.port());
                Thread.ofVirtual().start(() -> copy(client, crm, commits, commitArrives));
                Thread.ofVirtual().start(() -> copy(crm, client, null, true));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    /** Closes the client's side at the commit that writes. Forwards that commit only when {@code commitArrives}. */
    private static void copy(Socket from, Socket to, @Nullable AtomicInteger commits, boolean commitArrives) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            byte[] bytes = new byte[65_536];
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                boolean commit = commits != null
                        && new String(bytes, 0, read, StandardCharsets.ISO_8859_1).contains("COMMIT")
                        && commits.incrementAndGet() == WRITING_COMMIT;
                if (commit) {
                    from.close();
                }
                if (commit && !commitArrives) {
                    return;
                }
                out.write(bytes, 0, read);
                out.flush();
            }
        } catch (IOException broken) {
            // One side is closed. The try statement closes the other one.
        }
    }
}
