package io.crmventas.tasks.runner;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.postgresql.PGConnection;

/**
 * A connection whose session the server ends right before its n-th call: the execution of a statement, or a commit. An
 * end after a statement is the same as an end before the next call.
 */
final class Interruption {
    private final Connection connection;
    private final Connection killer;
    private int callsLeft;
    private boolean happened;

    Interruption(Connection connection, Connection killer, int call) {
        this.connection = connection;
        this.killer = killer;
        this.callsLeft = call;
    }

    /** @return false when the work ended before the n-th call */
    boolean happened() {
        return happened;
    }

    Connection connection() {
        return proxy(Connection.class, connection);
    }

    private <T> T proxy(Class<T> type, Object target) {
        return type.cast(Proxy.newProxyInstance(
                Interruption.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> call(target, method, arguments)));
    }

    private Object call(Object target, Method method, Object[] arguments) throws Throwable {
        if (method.getName().startsWith("execute") || method.getName().equals("commit")) {
            callsLeft--;
            if (callsLeft == 0) {
                happened = true;
                kill();
            }
        }
        try {
            Object result = method.invoke(target, arguments);
            return result instanceof PreparedStatement ? proxy(PreparedStatement.class, result) : result;
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    /** Waits for the end of the session, which releases its locks and discards its uncommitted rows. */
    private void kill() throws SQLException {
        int session = connection.unwrap(PGConnection.class).getBackendPID();
        try (PreparedStatement terminate = killer.prepareStatement("select pg_terminate_backend(?, 10000)")) {
            terminate.setInt(1, session);
            terminate.execute();
        }
    }
}
