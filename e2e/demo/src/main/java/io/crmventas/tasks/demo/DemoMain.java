package io.crmventas.tasks.demo;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Fills a demo database from the command line. Exit codes as in sysexits: 0, 64 usage, 69 no database, 70 failed. */
public final class DemoMain {
    private static final String USAGE = """
            usage: demo seed [--dsn DSN] [--wait 2m] [--tenants 4] [--sellers 5] [--messages 10000] [--now INSTANT]
                             [--seed 1] [--optional-tables true]   creates tables and rows; nothing when there are rows
                   demo tick [--dsn DSN] [--now INSTANT]           adds a little work for the next runs
                   demo wait [--dsn DSN] [--wait 2m]               until the database answers
            Without --dsn: POSTGRES_DSN, or POSTGRES_HOST, POSTGRES_PORT, POSTGRES_DB, POSTGRES_USER, POSTGRES_PASSWORD.""";
    private static final int USAGE_ERROR = 64;
    private static final int NO_DATABASE = 69;
    private static final int FAILED = 70;
    private static final Duration PAUSE = Duration.ofMillis(500);
    /** Wrong password, missing permission, unknown database: a longer wait fixes none of these. */
    private static final Set<String> HOPELESS = Set.of("28P01", "28000", "3D000");

    private DemoMain() {}

    public static void main(String[] args) throws InterruptedException {
        System.exit(run(List.of(args), System.getenv(), System.out, System.err));
    }

    static int run(List<String> words, Map<String, String> environment, PrintStream out, PrintStream err)
            throws InterruptedException {
        try {
            var arguments = Arguments.of(words, environment);
            return switch (arguments.command()) {
                case "seed" -> seed(arguments, out, err);
                case "tick" -> tick(arguments, out, err);
                case "wait" -> await(arguments, out, err);
                default -> throw new IllegalArgumentException("unknown command " + arguments.command());
            };
        } catch (IllegalArgumentException e) {
            err.println("demo: " + e.getMessage() + "\n" + USAGE);
            return USAGE_ERROR;
        } catch (SQLException e) {
            err.println("demo: " + e.getSQLState() + " " + e.getMessage());
            return FAILED;
        }
    }

    private static int await(Arguments arguments, PrintStream out, PrintStream err) throws InterruptedException {
        try (var connection = connect(arguments, Duration.ofMinutes(2))) {
            out.println("demo: " + arguments.database() + " answers, PostgreSQL "
                    + connection.getMetaData().getDatabaseProductVersion());
            return 0;
        } catch (SQLException e) {
            err.println("demo: no connection to " + arguments.database() + ": " + e.getMessage());
            return NO_DATABASE;
        }
    }

    private static int seed(Arguments arguments, PrintStream out, PrintStream err)
            throws SQLException, InterruptedException {
        arguments.data(); // refuses bad numbers before the wait; its now would be as old as the wait is long
        var schema = arguments.schema();
        if (await(arguments, out, err) != 0) {
            return NO_DATABASE;
        }
        try (var connection = arguments.database().connect();
                var statement = connection.createStatement()) {
            // Two processes that seed at the same time would both find empty tables.
            statement.execute("select pg_advisory_lock(hashtextextended('crm-demo-seed', 0))");
            if (!CrmSchema.isPresent(connection)) {
                schema.create(connection);
            }
            if (count(connection, "tenants") > 0) {
                out.println("demo: the tables have rows already, nothing done");
                return 0;
            }
            var data = arguments.data();
            data.fill(connection);
            out.println("demo: seeded " + count(connection, "tenants") + " tenants, " + count(connection, "users")
                    + " users, " + count(connection, "chat_messages") + " messages around " + data.now());
            return 0;
        }
    }

    private static int tick(Arguments arguments, PrintStream out, PrintStream err)
            throws SQLException, InterruptedException {
        if (await(arguments, out, err) != 0) {
            return NO_DATABASE;
        }
        try (var connection = arguments.database().connect()) {
            var now = arguments.now();
            DemoData.tick(connection, now);
            out.println("demo: ticked at " + now);
            return 0;
        }
    }

    private static Connection connect(Arguments arguments, Duration preset) throws SQLException, InterruptedException {
        var database = arguments.database();
        long deadline = System.nanoTime() + arguments.patience(preset).toNanos();
        while (true) {
            try {
                return database.connect();
            } catch (SQLException e) {
                if (HOPELESS.contains(String.valueOf(e.getSQLState())) || System.nanoTime() >= deadline) {
                    throw e;
                }
            }
            Thread.sleep(PAUSE);
        }
    }

    private static long count(Connection connection, String table) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("select count(*) from " + table)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
