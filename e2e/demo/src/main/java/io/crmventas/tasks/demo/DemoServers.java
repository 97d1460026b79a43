package io.crmventas.tasks.demo;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs a command with a PostgreSQL with the demo's rows and a Redis, which end with the command. The environment names them
 * as for the runner. The exit code is that of the command, or 70 after half an hour.
 */
public final class DemoServers {
    private static final long PATIENCE_MINUTES = 30;
    private static final int FAILED = 70;

    private DemoServers() {}

    public static void main(String[] command) throws IOException, SQLException, InterruptedException {
        System.exit(run(List.of(command), DemoData.around(Instant.now())));
    }

    static int run(List<String> command, DemoData data) throws IOException, SQLException, InterruptedException {
        try (var server = DemoDatabase.start();
                var redis = EmbeddedRedis.start()) {
            String query = "?sslmode=verify-full&sslrootcert=" + server.encrypt();
            var database = server.createDatabase("crm", CrmSchema.REFERENCE_AND_OPTIONAL);
            try (var connection = database.connect()) {
                data.fill(connection);
            }
            var builder = new ProcessBuilder(command).inheritIO();
            // The server has a superuser only, and the runner refuses a superuser without this variable.
            builder.environment()
                    .putAll(Map.of(
                            "POSTGRES_DSN",
                            database.dsn() + query,
                            "POSTGRES_PRIVILEGED_ROLE",
                            DemoDatabase.USER,
                            "REDIS_CACHE_ENABLED",
                            "true",
                            "REDIS_URL",
                            "redis://" + redis.host() + ":" + redis.port()));
            return finish(builder.start());
        }
    }

    private static int finish(Process process) throws InterruptedException {
        try {
            return process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES) ? process.exitValue() : FAILED;
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
