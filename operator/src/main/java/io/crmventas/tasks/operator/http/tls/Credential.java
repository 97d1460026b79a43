package io.crmventas.tasks.operator.http.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;

/** A certificate with its chain, and its private key. */
record Credential(PrivateKey key, List<X509Certificate> chain) {
    static final String CERTIFICATE = "tls.crt";
    static final String KEY = "tls.key";

    static Credential read(Path folder) throws IOException, GeneralSecurityException {
        byte[] certificates = Files.readAllBytes(folder.resolve(CERTIFICATE));
        PrivateKey key = PrivateKeyPem.read(Files.readString(folder.resolve(KEY)));
        List<X509Certificate> chain =
                CertificateFactory.getInstance("X.509")
                        .generateCertificates(new ByteArrayInputStream(certificates))
                        .stream()
                        .map(X509Certificate.class::cast)
                        .toList();
        if (chain.isEmpty()) {
            throw new CertificateException(CERTIFICATE + " holds no certificate");
        }
        Credential credential = new Credential(key, chain);
        credential.check();
        return credential;
    }

    /** Half a rotation must not replace a whole one. */
    private void check() throws GeneralSecurityException {
        String algorithm = key.getAlgorithm().equals("EdDSA")
                ? "EdDSA"
                : "SHA256with" + (key.getAlgorithm().equals("EC") ? "ECDSA" : key.getAlgorithm());
        byte[] text = "the same pair".getBytes(StandardCharsets.UTF_8);
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(text);
        byte[] signed = signature.sign();
        signature.initVerify(chain.getFirst().getPublicKey());
        signature.update(text);
        if (!signature.verify(signed)) {
            throw new CertificateException(KEY + " is not the key of " + CERTIFICATE);
        }
    }
}
