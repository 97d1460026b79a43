package io.crmventas.tasks.operator.webhook;

import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * Where news go. Only the operator's configuration names one, never a task: whoever may write a task must not make the
 * operator call what he likes.
 *
 * @param name for logs and metrics; the URL can be a secret by itself, as Slack's are
 * @param kinds of news that it wants
 * @param key of the signature; empty: unsigned
 */
record Webhook(String name, URI url, Format format, Set<News.Kind> kinds, Optional<byte[]> key) {
    enum Format {
        CLOUD_EVENTS,
        SLACK
    }

    @Override
    public String toString() {
        return "Webhook " + name;
    }
}
