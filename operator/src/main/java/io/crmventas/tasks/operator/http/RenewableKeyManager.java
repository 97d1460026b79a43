package io.crmventas.tasks.operator.http;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The certificate that a TLS server shows, and that can be renewed. The JDK's HTTP server takes its TLS settings once, before
 * it starts, so this class passes each handshake to the certificate of that moment.
 */
final class RenewableKeyManager extends X509ExtendedKeyManager {
    private Keys current;
    /** For handshakes that began before the renewal. */
    private Keys previous;

    /** An alias names the keys that chose it: two certificates can have the same alias. */
    private record Keys(int number, X509ExtendedKeyManager manager) {
        String prefix() {
            return number + ":";
        }
    }

    RenewableKeyManager(X509ExtendedKeyManager first) {
        current = new Keys(1, first);
        previous = current;
    }

    synchronized void renew(X509ExtendedKeyManager renewed) {
        previous = current;
        current = new Keys(previous.number() + 1, renewed);
    }

    private synchronized Keys keys(String alias) {
        return alias.startsWith(current.prefix()) ? current : previous;
    }

    private static String plain(String alias) {
        return alias.substring(alias.indexOf(':') + 1);
    }

    @Override
    public synchronized @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        String alias = current.manager().chooseEngineServerAlias(keyType, issuers, engine);
        return alias == null ? null : current.prefix() + alias;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return keys(alias).manager().getCertificateChain(plain(alias));
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return keys(alias).manager().getPrivateKey(plain(alias));
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(String[] keyType, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }
}
