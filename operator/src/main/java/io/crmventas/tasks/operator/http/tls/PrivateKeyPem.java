package io.crmventas.tasks.operator.http.tls;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A private key as issuers write it: PKCS#8, or the older forms of RSA (PKCS#1) and elliptic curves (SEC 1). */
final class PrivateKeyPem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ((?:RSA |EC )?PRIVATE KEY)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

    private static final byte[] RSA = {
        0x30, 0x0D, 0x06, 0x09, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00
    };
    private static final byte[] EC = {0x06, 0x07, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x02, 0x01};
    private static final byte[] VERSION = {0x02, 0x01, 0x00};

    private PrivateKeyPem() {}

    static PrivateKey read(String pem) throws GeneralSecurityException {
        Matcher block = BLOCK.matcher(pem);
        if (!block.find()) {
            throw new InvalidKeySpecException("no unencrypted private key in PEM form");
        }
        byte[] der = Base64.getMimeDecoder().decode(block.group(2));
        PKCS8EncodedKeySpec pkcs8 = new PKCS8EncodedKeySpec(
                switch (block.group(1)) {
                    case "RSA PRIVATE KEY" -> wrapped(RSA, der);
                    case "EC PRIVATE KEY" -> wrapped(tag(0x30, EC, curve(der)), der);
                    default -> der;
                });
        InvalidKeySpecException none = new InvalidKeySpecException("the private key is neither EC nor RSA nor Ed25519");
        for (String algorithm : List.of("EC", "RSA", "Ed25519")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(pkcs8);
            } catch (InvalidKeySpecException another) {
                none.addSuppressed(another);
            }
        }
        throw none;
    }

    private static byte[] wrapped(byte[] algorithm, byte[] key) {
        return tag(0x30, VERSION, algorithm, tag(0x04, key));
    }

    /** The curve's name stands in the key, after version and number, in brackets of tag 0xA0. */
    private static byte[] curve(byte[] der) throws InvalidKeySpecException {
        for (int at = 0; at + 4 < der.length; at++) {
            int length = der[at + 1];
            boolean brackets = der[at] == (byte) 0xA0 && der[at + 2] == 0x06 && der[at + 3] == length - 2;
            if (brackets && at + 2 + length <= der.length) {
                byte[] name = new byte[length];
                System.arraycopy(der, at + 2, name, 0, length);
                return name;
            }
        }
        throw new InvalidKeySpecException("the private key does not name its curve");
    }

    private static byte[] tag(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(tag);
        int length = content.size();
        if (length >= 0x80) {
            int bytes = length > 0xFFFF ? 3 : length > 0xFF ? 2 : 1;
            all.write(0x80 | bytes);
            for (int shift = (bytes - 1) * 8; shift > 0; shift -= 8) {
                all.write(length >> shift);
            }
        }
        all.write(length);
        all.writeBytes(content.toByteArray());
        return all.toByteArray();
    }
}
