package io.crmventas.tasks.operator.control;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.internal.CertUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * The certificate of the control port: {@code tls.crt} and {@code tls.key} in a folder, as a mounted Secret of type
 * kubernetes.io/tls holds them. fabric8 reads the key (PKCS#8, PKCS#1 and SEC 1), except Ed25519, which it does not know.
 */
final class ControlCertificate {
    /** OpenSSL can write a block EC PARAMETERS before the key, which fabric8 does not skip. */
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ((?:RSA |EC )?PRIVATE KEY)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

    /** The key store needs a password, though it never leaves the memory. */
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final Path certificateFile;
    private final Path keyFile;
    private String lastRead = "";

    ControlCertificate(Path folder) {
        certificateFile = folder.resolve("tls.crt");
        keyFile = folder.resolve("tls.key");
    }

    boolean exists() {
        return Files.isReadable(certificateFile) && Files.isReadable(keyFile);
    }

    /** A context that shows this certificate; empty while a file is missing or both are as they were at the last call. */
    Optional<SSLContext> changed() throws IOException, GeneralSecurityException {
        if (!exists()) {
            return Optional.empty();
        }
        String certificates = Files.readString(certificateFile);
        String key = Files.readString(keyFile);
        if (lastRead.equals(certificates + key)) {
            return Optional.empty();
        }
        lastRead = certificates + key;
        KeyStore store = keyStore(certificates, key);
        checkPair(store);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return Optional.of(context);
    }

    static KeyStore keyStore(String certificates, String keyPem) throws IOException, GeneralSecurityException {
        Matcher key = KEY.matcher(keyPem);
        if (!key.find()) {
            throw new InvalidKeySpecException("tls.key holds no unencrypted private key in PEM form");
        }
        InvalidKeySpecException unknown =
                new InvalidKeySpecException("the private key in tls.key is neither RSA nor EC nor Ed25519");
        for (String algorithm : List.of("RSA", "EC")) {
            try {
                return CertUtils.createKeyStore(
                        stream(certificates), stream(key.group()), algorithm, PASSWORD, null, PASSWORD);
            } catch (IOException | InvalidKeySpecException | KubernetesClientException otherAlgorithm) {
                unknown.addSuppressed(otherAlgorithm);
            }
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(key.group(2));
            PrivateKey ed25519 = KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(der));
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            Certificate[] chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(stream(certificates))
                    .toArray(Certificate[]::new);
            store.setKeyEntry("tls", ed25519, PASSWORD, chain);
            return store;
        } catch (InvalidKeySpecException noKey) {
            unknown.addSuppressed(noKey);
            throw unknown;
        }
    }

    private static ByteArrayInputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** A half-finished rotation must not replace a working certificate. */
    private static void checkPair(KeyStore store) throws GeneralSecurityException {
        String alias = store.aliases().nextElement();
        Certificate certificate = store.getCertificate(alias);
        if (certificate == null) {
            throw new CertificateException("tls.crt holds no certificate");
        }
        PrivateKey key = (PrivateKey) store.getKey(alias, PASSWORD);
        Signature signature = Signature.getInstance(
                switch (key.getAlgorithm()) {
                    case "EC" -> "SHA256withECDSA";
                    case "RSA" -> "SHA256withRSA";
                    default -> "EdDSA";
                });
        byte[] text = "the same pair".getBytes(StandardCharsets.UTF_8);
        signature.initSign(key);
        signature.update(text);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        signature.update(text);
        if (!signature.verify(signed)) {
            throw new CertificateException("tls.key is not the key of tls.crt");
        }
    }
}
