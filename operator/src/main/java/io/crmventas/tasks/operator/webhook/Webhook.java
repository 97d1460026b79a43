package io.crmventas.tasks.operator.webhook;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
     * The webhooks of the file, a key of a Secret. No message repeats a URL or a signing key.
     *
     * @throws IllegalArgumentException with all that is wrong, one line each
     */
    static List<Webhook> parse(String json) {
        Reader reader = new Reader();
        List<Webhook> webhooks = reader.webhooks(json);
        if (!reader.problems.isEmpty()) {
            throw new IllegalArgumentException(String.join(System.lineSeparator(), reader.problems));
        }
        return webhooks;
    }

    /** Collects every mistake, so that the operator reports all of them at once. */
    private static final class Reader {
        private static final JsonMapper JSON = JsonMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
        private static final int SHORTEST_KEY = 16;
        private static final int HIGHEST_PORT = 65_535;

        private final List<String> problems = new ArrayList<>();
        private final Set<String> names = new HashSet<>();

        private record File(@Nullable List<Target> webhooks) {}

        private record Target(
                @Nullable String name,
                @Nullable String url,
                @Nullable String format,
                @Nullable List<String> on,
                @Nullable String signingKey,
                @JsonProperty("allowHttp") boolean allowHttp) {}

        private List<Webhook> webhooks(String json) {
            List<Target> targets;
            try {
                targets = JSON.readValue(json, File.class).webhooks();
            } catch (UnrecognizedPropertyException unknown) {
                problems.add("WEBHOOKS_FILE: does not know " + unknown.getPropertyName() + "; remove it");
                return List.of();
            } catch (JsonProcessingException malformed) {
                // Without the parser's message, which repeats a part of the text.
                JsonLocation place = malformed.getLocation();
                problems.add("WEBHOOKS_FILE: not the JSON that is expected"
                        + (place == null ? "" : " at line " + place.getLineNr() + ", column " + place.getColumnNr())
                        + "; write {\"webhooks\": [{\"name\": …, \"url\": …}]}");
                return List.of();
            }
            List<Webhook> webhooks = new ArrayList<>();
            for (int index = 0; targets != null && index < targets.size(); index++) {
                webhook("webhooks[" + index + "]", targets.get(index)).ifPresent(webhooks::add);
            }
            return List.copyOf(webhooks);
        }

        private Optional<Webhook> webhook(String path, Target target) {
            int before = problems.size();
            String name = target.name() == null ? "" : target.name();
            if (!name.matches("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")) {
                problems.add(path + ".name: needed, lower-case letters, digits and hyphens, as in ops-channel");
            } else if (!names.add(name)) {
                problems.add(path + ".name: " + name + " is there twice; choose another");
            }
            Optional<URI> url = url(path, target);
            Optional<Format> format = format(path, target.format());
            Set<Notification.Kind> kinds = kinds(path, target.on());
            Optional<byte[]> key =
                    Optional.ofNullable(target.signingKey()).map(text -> text.getBytes(StandardCharsets.UTF_8));
            if (key.isPresent() && key.get().length < SHORTEST_KEY) {
                problems.add(path
                        + ".signingKey: too short to be safe; use 16 bytes or more, as openssl rand -hex 32 gives");
            }
            return problems.size() > before
                    ? Optional.empty()
                    : Optional.of(new Webhook(name, url.orElseThrow(), format.orElseThrow(), kinds, key));
        }

        private Optional<URI> url(String path, Target target) {
            try {
                URI url = new URI(target.url() == null ? "" : target.url());
                String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
                if (url.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))) {
                    problems.add(path + ".url: needed, an absolute https URL with a host");
                } else if (scheme.equals("http") && !target.allowHttp()) {
                    problems.add(path + ".url: http is readable on the way; use https, or say allowHttp: true");
                } else if (url.getPort() == 0 || url.getPort() > HIGHEST_PORT) {
                    problems.add(path + ".url: no host has that port; use 1 to 65535, or none for the usual 443");
                } else if (url.getUserInfo() != null) {
                    problems.add(
                            path + ".url: a user and password in a URL are not sent; remove them and use signingKey");
                } else {
                    return Optional.of(url);
                }
            } catch (URISyntaxException malformed) {
                problems.add(path + ".url: not a URL; write an absolute https URL");
            }
            return Optional.empty();
        }

        private Optional<Format> format(String path, @Nullable String text) {
            return switch (text == null ? "CloudEvents" : text) {
                case "CloudEvents" -> Optional.of(Format.CLOUD_EVENTS);
                case "Slack" -> Optional.of(Format.SLACK);
                default -> {
                    problems.add(path + ".format: must be CloudEvents or Slack");
                    yield Optional.empty();
                }
            };
        }

        private Set<Notification.Kind> kinds(String path, @Nullable List<String> words) {
            if (words == null || words.isEmpty()) {
                return EnumSet.allOf(Notification.Kind.class);
            }
            Set<Notification.Kind> kinds = EnumSet.noneOf(Notification.Kind.class);
            for (String word : words) {
                Notification.Kind.of(word)
                        .ifPresentOrElse(
                                kinds::add,
                                () -> problems.add(
                                        path + ".on: knows failed, recovered, stale, fresh, paused and resumed, not "
                                                + word));
            }
            return kinds;
        }
    }
}
