package io.crmventas.tasks.operator.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.Run;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * News in the form that a webhook wants: a CloudEvent 1.0 in structured JSON (cloudevents.io), or the text message of
 * a Slack-compatible incoming webhook.
 */
record Letter(String contentType, String body) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String TYPE = "io.crmventas.task.";

    static Letter of(News news, Webhook.Format format) {
        return switch (format) {
            case CLOUD_EVENTS -> new Letter("application/cloudevents+json", json(cloudEvent(news)));
            case SLACK -> new Letter("application/json", json(Map.of("text", text(news))));
        };
    }

    private static Map<String, Object> cloudEvent(News news) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("specversion", "1.0");
        event.put("id", news.id());
        event.put(
                "source",
                "/apis/" + CrmScheduledTask.GROUP + "/" + CrmScheduledTask.VERSION + "/namespaces/" + news.namespace()
                        + "/crmscheduledtasks/" + news.name());
        event.put("type", TYPE + news.kind().text());
        event.put("subject", news.namespace() + "/" + news.name());
        event.put("time", news.time().toString());
        event.put("datacontenttype", "application/json");
        event.put("data", data(news));
        return event;
    }

    private static Map<String, Object> data(News news) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("namespace", news.namespace());
        data.put("name", news.name());
        data.put("task", news.task());
        data.put("reason", news.reason());
        data.put("message", news.message());
        Run run = news.status().lastRun();
        put(data, "jobName", run == null ? null : run.jobName());
        put(data, "result", run == null ? null : run.result());
        put(data, "remedy", run == null ? null : run.remedy());
        put(data, "consecutiveFailures", news.status().consecutiveFailures());
        put(data, "lastSuccessTime", news.status().lastSuccessTime());
        put(data, "nextRunTime", news.status().nextRunTime());
        return data;
    }

    /** Slack reads &amp;, &lt; and &gt; as its own marks, up to whole links. */
    private static String text(News news) {
        String text = (news.kind().bad() ? "🔴 " : "🟢 ") + news.namespace() + "/" + news.name() + " "
                + news.kind().sentence() + " (" + news.reason() + "). " + news.message();
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
            throw new IllegalStateException("News are plain data and always have a JSON form", impossible);
        }
    }
}
