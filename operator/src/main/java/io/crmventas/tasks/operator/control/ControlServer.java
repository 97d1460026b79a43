package io.crmventas.tasks.operator.control;

import io.crmventas.tasks.operator.http.HttpPort;
import io.crmventas.tasks.operator.http.HttpPort.Routes;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the control port, which uses only TLS. It opens when its certificate exists, because an issuer can be slower
 * than the operator. It loads a renewed certificate without a restart.
 */
public final class ControlServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
    private static final Duration RECHECK = Duration.ofSeconds(5);

    private final int number;
    private final Path tlsFolder;
    private final ControlCertificate certificate;
    private final Routes routes;
    private final Duration recheck;
    private final Thread renewal;
    private volatile @Nullable HttpPort port;

    /**
     * @param number the number of the port; 0: any free one
     * @param tlsFolder the folder with tls.crt and tls.key
     */
    public ControlServer(int number, Path tlsFolder, Routes routes) {
        this(number, tlsFolder, routes, RECHECK);
    }

    ControlServer(int number, Path tlsFolder, Routes routes, Duration recheck) {
        this.number = number;
        this.tlsFolder = tlsFolder;
        this.certificate = new ControlCertificate(tlsFolder);
        this.routes = routes;
        this.recheck = recheck;
        takeChangedCertificate();
        if (port == null) {
            LOG.atInfo()
                    .addKeyValue("folder", tlsFolder)
                    .log("The control port opens once the folder has a usable tls.crt and tls.key");
        }
        renewal = Thread.ofVirtual().name("control-certificate").start(this::renew);
    }

    /** Returns the port's number; empty before the port is open. */
    public Optional<Integer> port() {
        return Optional.ofNullable(port).map(HttpPort::port);
    }

    @Override
    public void close() {
        renewal.interrupt();
        HttpPort open = port;
        if (open != null) {
            open.close();
        }
    }

    private void renew() {
        try {
            while (true) {
                Thread.sleep(recheck);
                takeChangedCertificate();
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void takeChangedCertificate() {
        try {
            boolean renewed = certificate.renew();
            if (port == null && certificate.isUsable()) {
                port = HttpPort.tls(number, certificate.context(), routes);
                LOG.atInfo().addKeyValue("port", number).log("The control port is open");
            } else if (renewed) {
                LOG.atInfo().addKeyValue("folder", tlsFolder).log("The control port shows a renewed certificate");
            }
        } catch (IOException | GeneralSecurityException | RuntimeException fault) {
            // The checks continue after any fault, because the next pair can be valid, and another process can free the
            // port.
            LOG.atError()
                    .addKeyValue("folder", tlsFolder)
                    .setCause(fault)
                    .log(
                            "The control port stays as it is, because it cannot open or cannot use the changed certificate");
        }
    }
}
