package io.crmventas.tasks.operator.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.Run;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A notification in the format of a webhook: a CloudEvent 1.0 in structured JSON (cloudevents.io), or the text message of
 * a Slack-compatible incoming webhook.
 */
record Payload(String contentType, String body) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String TYPE = "io.crmventas.task.";
    private static final String HMAC = "HmacSHA256";

    static Payload of(Notification notification, Webhook.Format format) {
        return switch (format) {
            case CLOUD_EVENTS -> new Payload("application/cloudevents+json", json(cloudEvent(notification)));
            case SLACK -> new Payload("application/json", json(Map.of("text", text(notification))));
        };
    }

    /**
     * The signature of Standard Webhooks (standardwebhooks.com): HMAC-SHA-256 over {@code id.timestamp.body}, by which a
     * receiver recognizes a forged or a replayed call.
     */
    String signature(byte[] key, String id, Instant timestamp) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            String signed = id + "." + timestamp.getEpochSecond() + "." + body;
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has HMAC-SHA-256", impossible);
        }
    }

    private static Map<String, Object> cloudEvent(Notification notification) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("specversion", "1.0");
        event.put("id", notification.id());
        event.put(
                "source",
                "/apis/" + CrmScheduledTask.GROUP + "/" + CrmScheduledTask.VERSION + "/namespaces/"
                        + notification.namespace() + "/crmscheduledtasks/" + notification.name());
        event.put("type", TYPE + notification.kind().text());
        event.put("subject", notification.namespace() + "/" + notification.name());
        event.put("time", notification.pending().time());
        event.put("datacontenttype", "application/json");
        event.put("data", data(notification));
        return event;
    }

    private static Map<String, Object> data(Notification notification) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("namespace", notification.namespace());
        data.put("name", notification.name());
        data.put("task", notification.task());
        data.put("reason", notification.pending().reason());
        data.put("message", notification.pending().message());
        Run run = notification.status().lastRun();
        put(data, "jobName", run == null ? null : run.jobName());
        put(data, "result", run == null ? null : run.result());
        put(data, "remedy", run == null ? null : run.remedy());
        put(data, "consecutiveFailures", notification.status().consecutiveFailures());
        put(data, "lastSuccessTime", notification.status().lastSuccessTime());
        put(data, "nextRunTime", notification.status().nextRunTime());
        return data;
    }

    /** Slack reads &amp;, &lt; and &gt; as its own marks, up to whole links. */
    private static String text(Notification notification) {
        String text = (notification.kind().bad() ? "🔴 " : "🟢 ") + notification.namespace() + "/" + notification.name()
                + " " + notification.kind().predicate() + " ("
                + notification.pending().reason() + "). "
                + notification.pending().message();
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static void put(Map<String, Object> data, String key, @Nullable Object value) {
        if (value != null) {
            data.put(key, value);
        }
    }

    private static String json(Map<String, Object> content) {
        try {
            return JSON.writeValueAsString(content);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a notification is plain data and always has a JSON form", impossible);
        }
    }
}
