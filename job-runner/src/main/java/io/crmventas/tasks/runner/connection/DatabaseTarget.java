package io.crmventas.tasks.runner.connection;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import java.util.Properties;

/**
 * Where to connect and how.
 *
 * @param url for the driver; holds hosts and database, never a user or password
 * @param properties the driver's, password among them
 * @param where for messages: hosts and database
 * @param hosts how many servers the driver may have to try
 * @param allowedRole the name of a powerful role that the runner may be, or empty
 */
public record DatabaseTarget(String url, Properties properties, String where, int hosts, String allowedRole) {
    private static final String FIX = "; put the authority's certificate into the Secret as ca.crt and write"
            + " sslrootcert=ca.crt, or write sslrootcert=system for a public authority";

    /**
     * A server that asks for the password in clear or by MD5 does not get it: it could be another server that answers for
     * the host. In SCRAM the password never leaves the client, and a server that asks for none gets none. The DSN may
     * allow more.
     */
    void requireScram() {
        if (properties.containsKey("password")) {
            properties.putIfAbsent("requireAuth", "scram-sha-256,none");
        }
    }

    DatabaseTarget allowing(String role) {
        return new DatabaseTarget(url, properties, where, hosts, role);
    }

    /** What to change so that no other server can answer in place of this one; empty when none can. */
    public Optional<String> identityWarning() {
        String mode = sslMode();
        return mode.equals("verify-full")
                ? Optional.empty()
                : Optional.of("database: with sslmode=" + mode + " another server can answer in place of this one;"
                        + " write sslmode=verify-full and sslrootcert=ca.crt in the DSN, and put the authority's"
                        + " certificate into the Secret as ca.crt");
    }

    /**
     * What is wrong with the file of authorities that the driver verifies the server with, and how to fix it. The driver
     * reports a missing file as a lost connection, and the run would try again, so the runner looks first.
     */
    Optional<String> rootCertificateFault() {
        if (!sslMode().startsWith("verify-")
                || ConnectionParameters.SYSTEM_TRUST.equals(properties.getProperty("sslfactory"))) {
            return Optional.empty();
        }
        String named = properties.getProperty("sslrootcert");
        Path file = named == null
                ? Path.of(System.getProperty("user.home", ""), ".postgresql", "root.crt")
                : Path.of(named);
        String fault = Files.exists(file) ? contentFault(file) : "is missing";
        return fault.isEmpty()
                ? Optional.empty()
                : Optional.of("has sslmode=" + sslMode() + ", but the root certificate " + file + " " + fault + FIX);
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
