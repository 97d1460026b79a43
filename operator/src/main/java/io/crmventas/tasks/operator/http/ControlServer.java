package io.crmventas.tasks.operator.http;

import io.crmventas.tasks.operator.http.tls.RotatingKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The control port, over TLS only. It opens when its certificate is there: an issuer may be slower than we are. */
public final class ControlServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
    private static final Duration RECHECK = Duration.ofSeconds(10);

    private final int number;
    private final Path tlsFolder;
    private final Routes routes;
    private final Clock clock;
    private final Thread opener;
    private volatile @Nullable HttpPort port;

    /**
     * @param number of the port; 0: any free one
     * @param tlsFolder with tls.crt and tls.key
     */
    public ControlServer(int number, Path tlsFolder, Routes routes, Clock clock) {
        this.number = number;
        this.tlsFolder = tlsFolder;
        this.clock = clock;
        this.routes = routes;
        opener = Thread.ofVirtual().name("control-port").unstarted(this::openWhenThere);
        if (RotatingKeys.there(tlsFolder)) {
            open();
        } else {
            LOG.atInfo()
                    .addKeyValue("folder", tlsFolder)
                    .log("The control port is closed: there is no tls.crt and tls.key; it opens when there is");
            opener.start();
        }
    }

    /** The port's number once it is open. */
    public Optional<Integer> port() {
        return Optional.ofNullable(port).map(HttpPort::port);
    }

    @Override
    public void close() {
        opener.interrupt();
        HttpPort open = port;
        if (open != null) {
            open.close();
        }
    }

    private void openWhenThere() {
        try {
            while (!RotatingKeys.there(tlsFolder) || !open()) {
                Thread.sleep(RECHECK);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean open() {
        try {
            HttpPort opened = HttpPort.tls(number, RotatingKeys.tls(tlsFolder, clock), routes);
            port = opened;
            LOG.atInfo().addKeyValue("port", opened.port()).log("The control port is open");
            return true;
        } catch (IOException | GeneralSecurityException unusable) {
            LOG.atError()
                    .addKeyValue("folder", tlsFolder)
                    .setCause(unusable)
                    .log("The control port stays closed: its certificate cannot be used");
            return false;
        }
    }
}
