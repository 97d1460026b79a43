package io.crmventas.tasks.operator.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.operator.testing.TestCertificates;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.InvalidKeySpecException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlCertificateTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519"})
    void readsPkcs8(String algorithm) throws Exception {
        TestCertificates.write(folder, algorithm);
        ControlCertificate certificate = new ControlCertificate(folder);
        assertTrue(certificate.renew());
        assertFalse(certificate.renew(), "neither file has changed");
    }

    /** cert-manager and Helm's genSelfSignedCert write this form by default. */
    @Test
    void readsPkcs1() throws Exception {
        TestCertificates.write(folder, "RSA");
        byte[] pkcs8 =
                key(keyStore(Files.readString(folder.resolve("tls.key")))).getEncoded();
        // The first 26 bytes are SEQUENCE (4), version (3), algorithm (15) and OCTET STRING (4).
        byte[] pkcs1 = Arrays.copyOfRange(pkcs8, 26, pkcs8.length);
        Files.writeString(folder.resolve("tls.key"), TestCertificates.pem("RSA PRIVATE KEY", pkcs1));
        assertTrue(new ControlCertificate(folder).renew());
    }

    @ParameterizedTest
    @CsvSource({"secp256r1, 06082a8648ce3d030107", "secp384r1, 06052b81040022"})
    void readsSec1(String curve, String name) throws Exception {
        TestCertificates.write(folder, "EC");
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        ECPrivateKey key = (ECPrivateKey) generator.generateKeyPair().getPrivate();
        byte[] number = key.getS().toByteArray();
        byte[] oid = HexFormat.of().parseHex(name);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes(new byte[] {2, 1, 1, 4, (byte) number.length});
        content.writeBytes(number);
        content.writeBytes(new byte[] {(byte) 0xA0, (byte) oid.length});
        content.writeBytes(oid);
        ByteArrayOutputStream sec1 = new ByteArrayOutputStream();
        sec1.writeBytes(new byte[] {0x30, (byte) content.size()});
        sec1.writeBytes(content.toByteArray());
        // OpenSSL writes the parameters in front of the key, too.
        String pem =
                TestCertificates.pem("EC PARAMETERS", oid) + TestCertificates.pem("EC PRIVATE KEY", sec1.toByteArray());
        assertEquals(key.getS(), ((ECPrivateKey) key(keyStore(pem))).getS());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY"})
    void refusesAnInvalidKey(String type) throws Exception {
        TestCertificates.write(folder, "EC");
        Files.writeString(
                folder.resolve("tls.key"),
                type.isEmpty() ? "" : TestCertificates.pem(type, new byte[] {1, 2, 3, 4, 5, 6}));
        assertThrows(InvalidKeySpecException.class, () -> new ControlCertificate(folder).renew());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "half written", "-----BEGIN CERTIFICATE-----"})
    void refusesAnInvalidCertificate(String text) throws Exception {
        TestCertificates.write(folder, "EC");
        Files.writeString(folder.resolve("tls.crt"), text);
        assertThrows(CertificateException.class, () -> new ControlCertificate(folder).renew());
    }

    /** During a rotation the key can belong to another certificate for a moment. */
    @Test
    void refusesAKeyOfAnotherCertificate() throws Exception {
        TestCertificates.write(folder, "EC");
        PrivateKey other = KeyPairGenerator.getInstance("EC").generateKeyPair().getPrivate();
        Files.writeString(folder.resolve("tls.key"), TestCertificates.pem("PRIVATE KEY", other.getEncoded()));
        assertThrows(CertificateException.class, () -> new ControlCertificate(folder).renew());
    }

    private KeyStore keyStore(String key) throws IOException, GeneralSecurityException {
        return ControlCertificate.keyStore(Files.readString(folder.resolve("tls.crt")), key);
    }

    private static PrivateKey key(KeyStore store) throws GeneralSecurityException {
        return (PrivateKey) store.getKey(store.aliases().nextElement(), "changeit".toCharArray());
    }
}
