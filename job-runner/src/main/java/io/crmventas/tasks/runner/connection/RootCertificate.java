package io.crmventas.tasks.runner.connection;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import java.util.Properties;

/**
 * The file of authorities that the driver verifies the server's certificate with. The driver reports a missing file as
 * a lost connection, which would be tried again; so the file is looked at before.
 */
final class RootCertificate {
    private static final String FIX = "; put the authority's certificate into the Secret as ca.crt and write"
            + " sslrootcert=ca.crt, or write sslrootcert=system for a public authority";

    private RootCertificate() {}

    /** What is wrong and how to fix it; empty when the file is good or not needed. */
    static Optional<String> fault(Properties properties) {
        String mode = properties.getProperty("sslmode", "prefer");
        if (!mode.startsWith("verify-")
                || ConnectionParameters.SYSTEM_TRUST.equals(properties.getProperty("sslfactory"))) {
            return Optional.empty();
        }
        String named = properties.getProperty("sslrootcert");
        Path file = named == null
                ? Path.of(System.getProperty("user.home", ""), ".postgresql", "root.crt")
                : Path.of(named);
        String intro = "has sslmode=" + mode + ", but the root certificate " + file;
        if (!Files.exists(file)) {
            return Optional.of(intro + " is missing" + FIX);
        }
        try {
            InputStream content = new ByteArrayInputStream(Files.readAllBytes(file));
            return CertificateFactory.getInstance("X.509")
                            .generateCertificates(content)
                            .isEmpty()
                    ? Optional.of(intro + " holds no certificate" + FIX)
                    : Optional.empty();
        } catch (IOException unreadable) {
            return Optional.of(intro + " cannot be read by the pod's user" + FIX);
        } catch (CertificateException garbled) {
            return Optional.of(intro + " is not PEM" + FIX);
        }
    }
}
