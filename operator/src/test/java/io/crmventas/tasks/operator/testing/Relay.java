package io.crmventas.tasks.operator.testing;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A TCP relay between a client and the API server. A test can interrupt it and restore it. */
public final class Relay implements AutoCloseable {
    private final Config direct;
    private final InetSocketAddress target;
    private final int port;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile ServerSocket listener;
    private volatile State state = State.OPEN;

    /** The state of the network between client and server. */
    public enum State {
        OPEN,
        /** All connections end, and new ones are refused, as when the server process has ended. */
        REFUSING,
        /** Connections stay open and all bytes are lost, as during a network partition. */
        SILENT
    }

    /** @param direct the configuration of a client that connects without the relay */
    public Relay(Config direct) {
        this.direct = direct;
        URI api = URI.create(direct.getMasterUrl());
        target = new InetSocketAddress(api.getHost(), api.getPort());
        listener = listen(0);
        port = listener.getLocalPort();
    }

    public KubernetesClient client() {
        return new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(direct)
                        .withMasterUrl("https://127.0.0.1:" + port)
                        .build())
                .build();
    }

    public void setState(State next) {
        state = next;
        switch (next) {
            case OPEN -> {
                // The lost bytes do not come back, so the peers need new connections, as after a partition.
                closeConnections();
                if (listener.isClosed()) {
                    listener = listen(port);
                }
            }
            case REFUSING -> {
                close(listener);
                closeConnections();
            }
            case SILENT -> {}
        }
    }

    @Override
    public void close() {
        close(listener);
        closeConnections();
    }

    private ServerSocket listen(int on) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), on));
            Thread.ofVirtual().start(() -> accept(socket));
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocket from) {
        while (!from.isClosed()) {
            try {
                Socket near = from.accept();
                Socket far = new Socket(target.getAddress(), target.getPort());
                sockets.add(near);
                sockets.add(far);
                Thread.ofVirtual().start(() -> pass(near, far));
                Thread.ofVirtual().start(() -> pass(far, near));
            } catch (IOException closed) {
                // The loop ends if the listener is closed.
            }
        }
    }

    private void pass(Socket from, Socket to) {
        byte[] buffer = new byte[8192];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (state != State.SILENT) {
                    out.write(buffer, 0, read);
                }
            }
        } catch (IOException ended) {
            // Closing both sockets also ends the other direction.
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private void closeConnections() {
        sockets.forEach(Relay::close);
    }

    private static void close(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
