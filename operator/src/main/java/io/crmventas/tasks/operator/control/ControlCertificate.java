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
import java.security.KeyStore.PasswordProtection;
import java.security.KeyStore.ProtectionParameter;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.KeyStoreBuilderParameters;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Holds the control port's certificate: {@code tls.crt} and {@code tls.key} in a folder, usually a mounted Secret of type
 * kubernetes.io/tls. fabric8 reads the key (PKCS#8, PKCS#1 and SEC 1), but it does not know Ed25519.
 */
final class ControlCertificate extends KeyStore.Builder {
    /** OpenSSL can write a block EC PARAMETERS before the key, which fabric8 does not skip. */
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ((?:RSA |EC )?PRIVATE KEY)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

    /** A key store must have a password. This one never leaves the memory. */
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final Path certificateFile;
    private final Path keyFile;
    private String lastRead = "";
    private volatile @Nullable KeyStore current;

    ControlCertificate(Path folder) {
        certificateFile = folder.resolve("tls.crt");
        keyFile = folder.resolve("tls.key");
    }

    /** Loads a changed certificate. @return false: a file is missing, or both files are the same as at the last call */
    boolean renew() throws IOException, GeneralSecurityException {
        if (!Files.isReadable(certificateFile) || !Files.isReadable(keyFile)) {
            return false;
        }
        String certificates = Files.readString(certificateFile);
        String key = Files.readString(keyFile);
        if (lastRead.equals(certificates + key)) {
            return false;
        }
        lastRead = certificates + key;
        KeyStore store = keyStore(certificates, key);
        checkPair(store);
        current = store;
        return true;
    }

    boolean isUsable() {
        return current != null;
    }

    /** Returns a context that shows the current certificate at each connection. */
    SSLContext context() throws GeneralSecurityException {
        // This key manager of the JDK asks for the key store at each connection.
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(new KeyStoreBuilderParameters(this));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    @Override
    public KeyStore getKeyStore() {
        return Objects.requireNonNull(current, "no certificate was read");
    }

    @Override
    public ProtectionParameter getProtectionParameter(String alias) {
        return new PasswordProtection(PASSWORD);
    }

    static KeyStore keyStore(String certificates, String keyPem) throws IOException, GeneralSecurityException {
        Certificate[] chain = CertificateFactory.getInstance("X.509")
                .generateCertificates(stream(certificates))
                .toArray(Certificate[]::new);
        if (chain.length == 0) {
            throw new CertificateException("tls.crt holds no certificate");
        }
        Matcher key = KEY.matcher(keyPem);
        if (!key.find()) {
            throw new InvalidKeySpecException("tls.key holds no unencrypted private key in PEM form");
        }
        String algorithm = chain[0].getPublicKey().getAlgorithm();
        if (!algorithm.equals("EdDSA")) {
            try {
                return CertUtils.createKeyStore(
                        stream(certificates), stream(key.group()), algorithm, PASSWORD, null, PASSWORD);
            } catch (KubernetesClientException unreadable) {
                throw new InvalidKeySpecException(
                        "tls.key holds no " + algorithm + " key, as tls.crt needs", unreadable);
            }
        }
        byte[] der = Base64.getMimeDecoder().decode(key.group(2));
        PrivateKey ed25519 = KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(der));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("tls", ed25519, PASSWORD, chain);
        return store;
    }

    private static ByteArrayInputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Checks that key and certificate match, because an unfinished rotation must not replace a working pair. */
    private static void checkPair(KeyStore store) throws GeneralSecurityException {
        String alias = store.aliases().nextElement();
        PrivateKey key = (PrivateKey) store.getKey(alias, PASSWORD);
        Signature signature = Signature.getInstance(
                switch (key.getAlgorithm()) {
                    case "EC" -> "SHA256withECDSA";
                    case "RSA" -> "SHA256withRSA";
                    default -> "EdDSA";
                });
        signature.initSign(key);
        byte[] signed = signature.sign();
        signature.initVerify(store.getCertificate(alias).getPublicKey());
        if (!signature.verify(signed)) {
            throw new CertificateException("tls.key is not the key of tls.crt");
        }
    }
}
