package io.crmventas.tasks.runner;

import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.demo.Database;
import io.crmventas.tasks.demo.DemoDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** One PostgreSQL server for all tests of this JVM. Each test has its own database. */
public final class Databases {
    private static final DemoDatabase SERVER = DemoDatabase.start();
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private Databases() {}

    public static Database create(CrmSchema schema) throws SQLException {
        return SERVER.createDatabase("runner_" + NUMBER.incrementAndGet(), schema);
    }

    static Database createSqlAscii(CrmSchema schema) throws SQLException {
        Database database = SERVER.database("runner_" + NUMBER.incrementAndGet());
        execute(
                SERVER.database("postgres"),
                "create database " + database.name() + " template template0 encoding 'SQL_ASCII'");
        try (Connection connection = database.connect()) {
            schema.create(connection);
        }
        return database;
    }

    /** Creates a database with the same rows. PostgreSQL refuses this while a session uses the template. */
    static Database copy(Database template) throws SQLException {
        Database copy = SERVER.database("runner_" + NUMBER.incrementAndGet());
        execute(SERVER.database("postgres"), "create database " + copy.name() + " template " + template.name());
        return copy;
    }

    static void drop(Database database) throws SQLException {
        execute(SERVER.database("postgres"), "drop database " + database.name() + " with (force)");
    }

    public static Database missing() {
        return SERVER.database("missing_database");
    }

    public static void execute(Database database, String... statements) throws SQLException {
        try (Connection connection = database.connect()) {
            execute(connection, statements);
        }
    }

    static void execute(Connection connection, String... statements) throws SQLException {
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Prepares a launch on this database. The test fails when the launch prints the superuser's password. */
    public static Launch launch(Database database) {
        return Launch.quick()
                .with("POSTGRES_DSN", database.dsn())
                .with("POSTGRES_PRIVILEGED_ROLE", DemoDatabase.USER)
                .canary(DemoDatabase.PASSWORD)
                .canary(database.dsn())
                .canary("p%40ss");
    }
}
