package io.crmventas.tasks.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DemoDatabaseIT {

    @Test
    void runsPostgres18WithPasswordsCheckedAndStopsWhenClosed() throws Exception {
        int port;
        try (var server = DemoDatabase.start()) {
            port = server.port();
            var database = server.createDatabase("crm \"quoted\"", CrmSchema.EMPTY);
            try (var connection = database.connect()) {
                assertEquals(18, connection.getMetaData().getDatabaseMajorVersion());
            }
            var refused = assertThrows(
                    SQLException.class,
                    () -> DriverManager.getConnection(database.jdbcUrl(), DemoDatabase.USER, "wrong"));
            assertEquals("28P01", refused.getSQLState());
            assertEquals(
                    DemoDatabase.USER + ":" + DemoDatabase.PASSWORD,
                    URI.create(database.dsn()).getUserInfo());
            assertFalse(database.toString().contains(DemoDatabase.PASSWORD));
        }
        assertFalse(listens(port), "the server has ended");
    }

    @Test
    void runsSeveralAtOnce() throws SQLException {
        try (var one = DemoDatabase.start();
                var two = DemoDatabase.start()) {
            assertNotEquals(one.port(), two.port());
            one.createDatabase("crm", CrmSchema.REFERENCE);
            two.createDatabase("crm", CrmSchema.REFERENCE_AND_OPTIONAL);
            var required = List.of(
                    "chat_messages", "lead_statuses", "leads", "notifications", "seller_metrics", "tenants", "users");
            assertTrue(tables(one.database("crm")).containsAll(required));
            var more = tables(two.database("crm"));
            more.removeAll(tables(one.database("crm")));
            assertEquals(new TreeSet<>(List.of("chat_sessions", "notification_settings")), more);
        }
    }

    @Test
    void redisListensOnItsOwnPortAndStopsWhenClosed() throws IOException {
        int port;
        try (var redis = EmbeddedRedis.start();
                var guarded = EmbeddedRedis.startWithPassword("pass")) {
            port = redis.port();
            assertNotEquals(port, guarded.port());
            assertEquals("+PONG", firstLine(port, "PING"));
            assertTrue(firstLine(guarded.port(), "PING").startsWith("-NOAUTH"));
            assertEquals("+OK", firstLine(guarded.port(), "AUTH pass"));
        }
        assertFalse(listens(port), "Redis has ended");
    }

    private static Set<String> tables(Database database) throws SQLException {
        var names = new TreeSet<String>();
        try (var connection = database.connect();
                var rows = connection.getMetaData().getTables(null, "public", "%", new String[] {"TABLE"})) {
            while (rows.next()) {
                names.add(rows.getString("TABLE_NAME"));
            }
        }
        return names;
    }

    private static String firstLine(int port, String command) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            return String.valueOf(
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                            .readLine());
        }
    }

    private static boolean listens(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
