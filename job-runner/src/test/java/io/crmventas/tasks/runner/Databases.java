package io.crmventas.tasks.runner;

import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.demo.Database;
import io.crmventas.tasks.demo.DemoDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** One PostgreSQL for all tests of this JVM, a database of its own for each test. */
public final class Databases {
    private static final DemoDatabase SERVER = DemoDatabase.start();
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private Databases() {}

    public static Database create(CrmSchema schema) throws SQLException {
        return SERVER.createDatabase("frame_" + NUMBER.incrementAndGet(), schema);
    }

    static Database createSqlAscii(CrmSchema schema) throws SQLException {
        Database database = SERVER.database("frame_" + NUMBER.incrementAndGet());
        execute(
                SERVER.database("postgres"),
                "create database " + database.name() + " template template0 encoding 'SQL_ASCII'");
        try (Connection connection = database.connect()) {
            schema.create(connection);
        }
        return database;
    }

    /** A new database with the same rows; nobody may be connected to the other. */
    static Database copy(Database template) throws SQLException {
        Database copy = SERVER.database("frame_" + NUMBER.incrementAndGet());
        execute(SERVER.database("postgres"), "create database " + copy.name() + " template " + template.name());
        return copy;
    }

    static void drop(Database database) throws SQLException {
        execute(SERVER.database("postgres"), "drop database " + database.name() + " with (force)");
    }

    public static Database missing() {
        return SERVER.database("nobody_made_me");
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

    /** A launch on this database, searched for the superuser's password. */
    public static Launch launch(Database database) {
        return Launch.quick()
                .with("POSTGRES_DSN", database.dsn())
                .with("POSTGRES_PRIVILEGED_ROLE", DemoDatabase.USER)
                .canary(DemoDatabase.PASSWORD)
                .canary(database.dsn())
                .canary("p%40ss");
    }
}
