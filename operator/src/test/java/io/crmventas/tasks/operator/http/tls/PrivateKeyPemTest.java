package io.crmventas.tasks.operator.http.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.crmventas.tasks.operator.testing.TestCertificates;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.InvalidKeySpecException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrivateKeyPemTest {
    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519"})
    void readsPkcs8(String algorithm) throws GeneralSecurityException {
        PrivateKey key =
                KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate();
        assertEquals(key, PrivateKeyPem.read(TestCertificates.pem("PRIVATE KEY", key.getEncoded())));
    }

    /** What cert-manager and Helm's genSelfSignedCert write unless told otherwise. */
    @Test
    void readsPkcs1() throws GeneralSecurityException {
        PrivateKey key = KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate();
        byte[] pkcs8 = key.getEncoded();
        // SEQUENCE (4), version (3), algorithm (15), OCTET STRING (4)
        byte[] pkcs1 = Arrays.copyOfRange(pkcs8, 26, pkcs8.length);
        assertEquals(key, PrivateKeyPem.read(TestCertificates.pem("RSA PRIVATE KEY", pkcs1)));
    }

    @ParameterizedTest
    @CsvSource({"secp256r1, 06082a8648ce3d030107", "secp384r1, 06052b81040022"})
    void readsSec1(String curve, String name) throws GeneralSecurityException {
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
        // OpenSSL writes the parameters once more in front.
        String pem =
                TestCertificates.pem("EC PARAMETERS", oid) + TestCertificates.pem("EC PRIVATE KEY", sec1.toByteArray());
        assertEquals(key.getS(), ((ECPrivateKey) PrivateKeyPem.read(pem)).getS());
    }

    @Test
    void refusesWhatIsNoKey() {
        assertThrows(InvalidKeySpecException.class, () -> PrivateKeyPem.read(""));
        assertThrows(
                InvalidKeySpecException.class,
                () -> PrivateKeyPem.read(TestCertificates.pem("PRIVATE KEY", new byte[] {1, 2, 3})));
        assertThrows(
                InvalidKeySpecException.class,
                () -> PrivateKeyPem.read(TestCertificates.pem("EC PRIVATE KEY", new byte[] {1, 2, 3, 4, 5, 6})));
    }
}
