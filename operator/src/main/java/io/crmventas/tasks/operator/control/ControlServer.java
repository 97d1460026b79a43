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
        if (certificate.exists()) {
            takeChangedCertificate();
        } else {
            LOG.atInfo()
                    .addKeyValue("folder", tlsFolder)
                    .log("The control port opens once tls.crt and tls.key exist in the folder");
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
            if (!certificate.renew()) {
                return;
            }
            if (port == null) {
                HttpPort opened = HttpPort.tls(number, certificate.context(), routes);
                port = opened;
                LOG.atInfo().addKeyValue("port", opened.port()).log("The control port is open");
            } else {
                LOG.atInfo().addKeyValue("folder", tlsFolder).log("The control port shows a renewed certificate");
            }
        } catch (IOException | GeneralSecurityException | RuntimeException unusable) {
            // The renewal continues after any fault, because the next pair can be valid.
            LOG.atError()
                    .addKeyValue("folder", tlsFolder)
                    .setCause(unusable)
                    .log("The control port cannot use the certificate and key in the folder; it keeps what it had");
        }
    }
}
