package io.crmventas.tasks.runner.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.demo.Database;
import io.crmventas.tasks.runner.Databases;
import io.crmventas.tasks.runner.Launch;
import io.crmventas.tasks.runner.RealTasks;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A network that breaks after the server has received COMMIT and before its answer arrives. */
@Timeout(60)
class LostCommitIT {
    /** Of metrics-refresh: now, schema, figures, and this one writes. */
    private static final int WRITING_COMMIT = 4;

    @Test
    void aRunWhoseCommitMayHaveWorkedIsNotNoWork() throws SQLException, IOException {
        Database server = Databases.create(CrmSchema.REFERENCE);
        Databases.execute(
                server,
                "insert into tenants (id, bot_phone_number, clinic_name) values (1, '', '')",
                "insert into users (email, role, status, tenant_id) values ('a@b', 'closer', 'active', 1)");
        try (ServerSocket proxy = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            AtomicInteger commits = new AtomicInteger();
            Thread.ofVirtual().start(() -> accept(proxy, server.port(), commits));
            Database broken = new Database(
                    "127.0.0.1", proxy.getLocalPort(), server.name(), server.user(), server.password(), "");

            Launch.Ended ended = Databases.launch(broken)
                    .tasks(RealTasks.catalog())
                    .run("run", "metrics-refresh", "--as-of", "2026-05-04T12:00:00Z");

            assertEquals(0, ended.exit(), ended.toString());
            assertEquals(2, ended.report().attempts(), ended.toString());
            assertEquals(RunResult.SUCCEEDED, ended.report().result(), ended.toString());
            assertTrue(String.valueOf(ended.report().warnings()).contains("lost during a commit"), ended.toString());
        }
    }

    private static void accept(ServerSocket proxy, int port, AtomicInteger commits) {
        try {
            while (true) {
                Socket client = proxy.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
                Thread.ofVirtual().start(() -> copy(client, server, commits));
                Thread.ofVirtual().start(() -> copy(server, client, null));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    /** Closes the client's side for good once the commit that writes has gone to the server. */
    private static void copy(Socket from, Socket to, @org.jspecify.annotations.Nullable AtomicInteger commits) {
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
                out.write(bytes, 0, read);
                out.flush();
            }
        } catch (IOException broken) {
            // One side has gone; the other follows by try-with-resources.
        }
    }
}
