package io.crmventas.tasks.runner.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.runner.Launch;
import io.crmventas.tasks.runner.RunnerMain;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A standby takes no writes until it is promoted. */
class StandbyIT {
    @TempDir
    private Path files = Path.of("replaced");

    @Test
    void runNamesAStandbyAndWorksAfterItsPromotion() throws IOException, SQLException {
        try (EmbeddedPostgres primary = start();
                Connection connection = primary.getPostgresDatabase().getConnection()) {
            CrmSchema.REFERENCE.create(connection);
        }
        Files.createFile(files.resolve("data/standby.signal"));
        try (EmbeddedPostgres standby = start()) {
            Launch.Ended refused = run(standby);

            assertEquals(69, refused.exit(), refused.toString());
            assertEquals("DatabaseReadOnly", refused.report().reason());
            assertEquals(3, refused.report().attempts());
            assertTrue(
                    String.valueOf(refused.report().message()).contains("the server is a standby"), refused.toString());

            try (Connection connection = standby.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("select pg_promote()");
            }
            Launch.Ended ended = run(standby);

            assertEquals(0, ended.exit(), ended.toString());
        }
    }

    private static Launch.Ended run(EmbeddedPostgres server) {
        return Launch.quick()
                .with("POSTGRES_DSN", "postgresql://postgres@127.0.0.1:" + server.getPort() + "/postgres")
                .with("POSTGRES_PRIVILEGED_ROLE", "postgres")
                .start(RunnerMain.class, "run", "cleanup")
                .awaitEnd();
    }

    private EmbeddedPostgres start() throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(files.resolve("data"))
                .setCleanDataDirectory(false)
                .setServerConfig("fsync", "off")
                .start();
    }
}
