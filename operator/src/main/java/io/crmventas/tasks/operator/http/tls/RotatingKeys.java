package io.crmventas.tasks.operator.http.tls;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate in {@code tls.crt} and {@code tls.key} of a folder, read anew when a client comes and some seconds
 * have passed. A pair that cannot be read is logged, and the one before stays.
 */
public final class RotatingKeys extends X509ExtendedKeyManager {
    private static final Logger LOG = LoggerFactory.getLogger(RotatingKeys.class);
    private static final Duration RECHECK = Duration.ofSeconds(5);

    private final Path folder;
    private final Clock clock;
    private Instant checked;
    private int number = 1;
    private Credential now;
    /** For handshakes that began with it. */
    private Credential before;

    private RotatingKeys(Path folder, Credential first, Clock clock) {
        this.folder = folder;
        this.clock = clock;
        this.checked = clock.instant();
        this.now = first;
        this.before = first;
    }

    public static boolean there(Path folder) {
        return Files.isReadable(folder.resolve(Credential.CERTIFICATE))
                && Files.isReadable(folder.resolve(Credential.KEY));
    }

    /** TLS of a server that shows the folder's certificate. */
    public static SSLContext tls(Path folder, Clock clock) throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        KeyManager keys = new RotatingKeys(folder, Credential.read(folder), clock);
        context.init(new KeyManager[] {keys}, null, null);
        return context;
    }

    private synchronized Credential current() {
        Instant time = clock.instant();
        if (time.isBefore(checked.plus(RECHECK))) {
            return now;
        }
        checked = time;
        try {
            Credential read = Credential.read(folder);
            if (!read.equals(now)) {
                before = now;
                now = read;
                number++;
                LOG.atInfo()
                        .addKeyValue(
                                "notAfter",
                                read.chain().getFirst().getNotAfter().toInstant())
                        .log("New certificate of the control port");
            }
        } catch (IOException | GeneralSecurityException unusable) {
            LOG.atError()
                    .addKeyValue("folder", folder)
                    .setCause(unusable)
                    .log("Certificate not renewed; the one before stays");
        }
        return now;
    }

    @Override
    public synchronized @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        return current().key().getAlgorithm().equals(keyType) ? alias() : null;
    }

    private String alias() {
        return "tls-" + number;
    }

    private synchronized Credential of(String alias) {
        return alias.equals(alias()) ? now : before;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return of(alias).chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return of(alias).key();
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(String[] keyType, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }
}
