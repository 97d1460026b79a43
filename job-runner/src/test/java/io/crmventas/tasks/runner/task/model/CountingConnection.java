package io.crmventas.tasks.runner.task.model;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the statements that a task prepares. */
public final class CountingConnection {
    @FunctionalInterface
    public interface Use {
        Object with(Connection connection) throws SQLException;
    }

    private CountingConnection() {}

    public static int statements(Connection connection, Use use) throws SQLException {
        AtomicInteger prepared = new AtomicInteger();
        Connection counting = (Connection) Proxy.newProxyInstance(
                CountingConnection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("prepareStatement")) {
                        prepared.incrementAndGet();
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause() == null ? e : e.getCause();
                    }
                });
        use.with(counting);
        return prepared.get();
    }
}
