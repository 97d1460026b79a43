package io.crmventas.tasks.operator.webhook;

import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * A receiver of notifications. Only the operator's configuration names one: the author of a task must not make the operator
 * call any address.
 *
 * @param name for logs and metrics; the URL can be a secret by itself, as Slack's are
 * @param kinds of notifications that it wants
 * @param key of the signature; empty: unsigned
 */
record Webhook(String name, URI url, Format format, Set<Notification.Kind> kinds, Optional<byte[]> key) {
    enum Format {
        CLOUD_EVENTS,
        SLACK
    }

    @Override
    public String toString() {
        return "Webhook " + name;
    }
}
