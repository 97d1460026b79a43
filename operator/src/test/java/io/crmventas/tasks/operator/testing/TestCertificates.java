package io.crmventas.tasks.operator.testing;

import io.crmventas.tasks.testing.TemporaryFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Certificates for 127.0.0.1, created by the JDK's own keytool. */
public final class TestCertificates {
    private static final String PASSWORD = "changeit";
    private static final String ALIAS = "tls";

    private static final Map<String, KeyStore> GENERATED = new ConcurrentHashMap<>();

    private TestCertificates() {}

    /**
     * Writes the certificate for this key algorithm. A process creates it only once, because keytool needs a second.
     */
    public static X509Certificate write(Path folder, String keyAlgorithm) {
        try {
            KeyStore store = GENERATED.computeIfAbsent(keyAlgorithm, TestCertificates::generate);
            X509Certificate certificate = (X509Certificate) store.getCertificate(ALIAS);
            PrivateKey key = (PrivateKey) store.getKey(ALIAS, PASSWORD.toCharArray());
            Files.writeString(folder.resolve("tls.crt"), pem("CERTIFICATE", certificate.getEncoded()));
            Files.writeString(folder.resolve("tls.key"), pem("PRIVATE KEY", key.getEncoded()));
            return certificate;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes the certificate, and returns the context of a server that uses it. */
    public static SSLContext context(Path folder) throws GeneralSecurityException {
        write(folder, "EC");
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(GENERATED.get("EC"), PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    public static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + type
                + "-----\n";
    }

    private static KeyStore generate(String keyAlgorithm) {
        try {
            return keytool(keyAlgorithm);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyStore keytool(String keyAlgorithm) throws IOException, GeneralSecurityException {
        Path folder = TemporaryFolder.create("keytool");
        Path file = folder.resolve("store.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        keyAlgorithm,
                        "-dname",
                        "CN=127.0.0.1",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-validity",
                        "2",
                        "-keystore",
                        file.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        } catch (IOException e) {
            throw new IOException(output, e);
        }
        TemporaryFolder.delete(folder);
        return store;
    }
}
