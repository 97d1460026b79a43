package io.crmventas.tasks.operator.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import io.crmventas.tasks.operator.config.JsonFields;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A receiver of notifications. Only the operator's configuration names one, because the author of a task must not make
 * the operator call an address.
 *
 * @param name the name for logs and metrics; the URL can be a secret, for example with Slack
 * @param kinds the kinds of notifications that the receiver gets
 * @param key the key of the signature; empty: unsigned
 * @param tls the authorities that the operator trusts for this receiver; empty: the public ones
 */
record Webhook(
        String name,
        URI url,
        Format format,
        Set<WebhookMessage.Kind> kinds,
        Optional<byte[]> key,
        Optional<SSLContext> tls) {
    private static final String KEY_PREFIX = "whsec_";
    private static final int SHORTEST_KEY = 16;
    private static final int HIGHEST_PORT = 65_535;

    enum Format {
        CLOUD_EVENTS("application/cloudevents+json"),
        SLACK("application/json");

        private final String contentType;

        Format(String contentType) {
            this.contentType = contentType;
        }

        String contentType() {
            return contentType;
        }
    }

    @Override
    public String toString() {
        return "Webhook " + name;
    }

    /**
     * Reads the webhooks from the file of a mounted Secret. No message repeats a URL or a signing key.
     *
     * @throws IllegalArgumentException with one line for each mistake
     */
    static List<Webhook> parse(String json) {
        Set<String> problems = new LinkedHashSet<>();
        JsonFields file =
                JsonFields.parse("WEBHOOKS_FILE", json, "{\"webhooks\": [{\"name\": …, \"url\": …}]}", problems::add);
        JsonNode[] targets = file.value("webhooks", JsonNode[].class, _ -> true, "a list of webhooks")
                .orElse(new JsonNode[0]);
        file.refuseOthers();
        Set<String> names = new HashSet<>();
        List<Webhook> webhooks = new ArrayList<>();
        for (int index = 0; index < targets.length; index++) {
            JsonFields target = new JsonFields("webhooks[" + index + "]", targets[index], problems::add);
            read(target, names).ifPresent(webhooks::add);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join(System.lineSeparator(), problems));
        }
        return List.copyOf(webhooks);
    }

    /** Returns empty when a required field is wrong. */
    private static Optional<Webhook> read(JsonFields target, Set<String> names) {
        Optional<String> name = target.required(
                "name",
                "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?",
                "lower-case letters, digits and hyphens, as in ops-channel");
        if (name.isPresent() && !names.add(name.get())) {
            target.problem("name", "another name: an earlier webhook has this one");
        }
        boolean allowHttp = target.flag("allowHttp");
        Optional<URI> url = target.required(
                "url",
                URI.class,
                address -> usable(address, allowHttp),
                "an https URL with a host, without user and password; http is readable on the way, so it needs allowHttp: true");
        Format format = target.text("format", "CloudEvents|Slack", "CloudEvents or Slack")
                        .equals(Optional.of("Slack"))
                ? Format.SLACK
                : Format.CLOUD_EVENTS;
        Set<WebhookMessage.Kind> kinds = kinds(target);
        Optional<byte[]> key = target.value(
                        "signingKey",
                        String.class,
                        text -> text.startsWith(KEY_PREFIX) && decoded(text).length >= SHORTEST_KEY,
                        "whsec_ and 16 bytes or more in Base64, as echo whsec_$(openssl rand -base64 32) prints")
                .map(Webhook::decoded);
        Optional<SSLContext> tls = target.value(
                        "caCertificate",
                        String.class,
                        text -> trusting(text).isPresent(),
                        "certificates in PEM form, with \\n for each line break")
                .flatMap(Webhook::trusting);
        target.refuseOthers();
        return name.flatMap(text -> url.map(address -> new Webhook(text, address, format, kinds, key, tls)));
    }

    /** Reads a key as the libraries of Standard Webhooks do, so that sender and receiver can have the same text. */
    private static byte[] decoded(String key) {
        return Base64.getDecoder().decode(key.substring(KEY_PREFIX.length()));
    }

    private static boolean usable(URI url, boolean allowHttp) {
        String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
        return (scheme.equals("https") || (scheme.equals("http") && allowHttp))
                && url.getHost() != null
                && url.getUserInfo() == null
                && url.getPort() != 0
                && url.getPort() <= HIGHEST_PORT;
    }

    private static Set<WebhookMessage.Kind> kinds(JsonFields target) {
        String expected = "a list of failed, recovered, stale, fresh, paused and resumed";
        Set<WebhookMessage.Kind> kinds = EnumSet.noneOf(WebhookMessage.Kind.class);
        for (String text : target.texts("on", expected).orElse(List.of())) {
            WebhookMessage.Kind.of(text).ifPresentOrElse(kinds::add, () -> target.problem("on", expected));
        }
        return kinds.isEmpty() ? EnumSet.allOf(WebhookMessage.Kind.class) : kinds;
    }

    /** Returns a context that trusts only these authorities; empty when the text has no certificate. */
    private static Optional<SSLContext> trusting(String pem) {
        try {
            KeyStore authorities = KeyStore.getInstance("PKCS12");
            authorities.load(null, null);
            for (Certificate authority : CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))) {
                authorities.setCertificateEntry(String.valueOf(authorities.size()), authority);
            }
            if (authorities.size() == 0) {
                return Optional.empty();
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(authorities);
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(null, trust.getTrustManagers(), null);
            return Optional.of(tls);
        } catch (GeneralSecurityException | IOException malformed) {
            return Optional.empty();
        }
    }
}
