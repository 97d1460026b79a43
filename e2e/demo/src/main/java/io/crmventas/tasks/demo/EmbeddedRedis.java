package io.crmventas.tasks.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.jspecify.annotations.Nullable;
import redis.embedded.RedisServer;

/** A Redis on a free port of the loopback address, which ends when it is closed. It stores nothing on disk. */
public final class EmbeddedRedis implements AutoCloseable {
    private static final int ATTEMPTS = 5;

    private final RedisServer server;

    private EmbeddedRedis(RedisServer server) {
        this.server = server;
    }

    public static EmbeddedRedis start() {
        return start(null);
    }

    /** Starts a Redis with a password that every client must send. */
    public static EmbeddedRedis startWithPassword(String password) {
        return start(password);
    }

    private static EmbeddedRedis start(@Nullable String password) {
        IOException last = new IOException("no attempt made");
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                // Redis cannot choose a port itself, so another process can bind our port before Redis does.
                var settings = RedisServer.newRedisServer()
                        .port(freePort())
                        .bind("127.0.0.1")
                        .setting("save \"\"")
                        .setting("appendonly no");
                var server = (password == null ? settings : settings.setting("requirepass " + password)).build();
                server.start();
                return new EmbeddedRedis(server);
            } catch (IOException e) {
                last = e;
            }
        }
        throw new UncheckedIOException("starting the embedded Redis", last);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    public String host() {
        return "127.0.0.1";
    }

    public int port() {
        return server.ports().getFirst();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (IOException e) {
            throw new UncheckedIOException("stopping the embedded Redis", e);
        }
    }
}
