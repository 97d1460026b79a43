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

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(SERVER::close));
    }

    private Databases() {}

    public static Database create(CrmSchema schema) throws SQLException {
        return SERVER.createDatabase("frame_" + NUMBER.incrementAndGet(), schema);
    }

    public static Database missing() {
        return SERVER.database("nobody_made_me");
    }

    public static void execute(Database database, String... statements) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** A launch on this database, searched for the superuser's password. */
    public static Launch launch(Database database) {
        return Launch.quick()
                .with("POSTGRES_DSN", database.dsn())
                .canary(DemoDatabase.PASSWORD)
                .canary(database.dsn())
                .canary("p%40ss");
    }
}
