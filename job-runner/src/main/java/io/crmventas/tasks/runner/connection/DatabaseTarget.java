package io.crmventas.tasks.runner.connection;

import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.report.FailureReason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import java.util.Properties;

/**
 * The address of the database, and the properties of the connection.
 *
 * @param url the URL for the driver, with hosts and database, but without user and password
 * @param properties the properties for the driver, with the password
 * @param where the hosts and the database, for messages
 * @param hosts the number of servers that the driver tries
 * @param allowedRole the name of a powerful role that the runner may be, or empty
 */
public record DatabaseTarget(String url, Properties properties, String where, int hosts, String allowedRole) {
    private static final String FIX = "; put the authority's certificate into the Secret as ca.crt and write"
            + " sslrootcert=ca.crt, or write sslrootcert=system for a public authority";

    /** Returns what to change so that no other server can answer for this host; empty when none can. */
    public Optional<String> identityWarning() {
        String mode = sslMode();
        return mode.equals("verify-full")
                ? Optional.empty()
                : Optional.of("database: with sslmode=" + mode + " another server can answer in place of this one;"
                        + " write sslmode=verify-full and sslrootcert=ca.crt in the DSN, and put the authority's"
                        + " certificate into the Secret as ca.crt");
    }

    /**
     * Refuses a wrong file of authorities. The runner reads the file first, because the driver reports a missing file as a
     * lost connection, and the run would try again.
     */
    void requireRootCertificate() {
        if (!sslMode().startsWith("verify-")
                || ConnectionParameters.SYSTEM_TRUST.equals(properties.getProperty("sslfactory"))) {
            return;
        }
        String named = properties.getProperty("sslrootcert");
        Path file = named == null
                ? Path.of(System.getProperty("user.home", ""), ".postgresql", "root.crt")
                : Path.of(named);
        String fault = Files.exists(file) ? contentFault(file) : "is missing";
        if (!fault.isEmpty()) {
            throw new Failure(
                    FailureReason.DATABASE_TLS_FAILED,
                    "has sslmode=" + sslMode() + ", but the root certificate " + file + " " + fault + FIX);
        }
    }

    private static String contentFault(Path file) {
        try {
            return CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)))
                            .isEmpty()
                    ? "holds no certificate"
                    : "";
        } catch (IOException unreadable) {
            return "cannot be read by the pod's user";
        } catch (CertificateException garbled) {
            return "is not PEM";
        }
    }

    private String sslMode() {
        return properties.getProperty("sslmode", "prefer");
    }

    @Override
    public String toString() {
        return where;
    }
}
