package io.crmventas.tasks.runner.task.output;

import io.crmventas.tasks.runner.settings.JsonText;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Joins the committed notifications of each recipient, so that Redis gets one message for each. */
public record NotificationMessages(Collection<Notification> committed) {
    private static final int SHOWN = 5;
    private static final Set<String> KEYS = Set.of("id", "type", "title", "message", "priority", "created_at");
    private static final Comparator<Notification> MOST_URGENT = Comparator.comparing(
                    (Notification notification) -> notification.content().priority())
            .thenComparing(Notification::id);

    public Stream<Publication> messages() {
        return committed.stream()
                .collect(Collectors.groupingBy(Notification::recipient, TreeMap::new, Collectors.toList()))
                .entrySet()
                .stream()
                .map(one -> new Publication.Message("notifications:" + one.getKey(), json(one.getValue())));
    }

    private static String json(List<Notification> notifications) {
        Map<String, @Nullable Object> event = new LinkedHashMap<>();
        event.put("type", "new_notifications");
        event.put("count", notifications.size());
        event.put(
                "notifications",
                notifications.stream()
                        .sorted(MOST_URGENT)
                        .limit(SHOWN)
                        .map(NotificationMessages::shown)
                        .toList());
        return JsonText.of(event);
    }

    private static Map<String, @Nullable Object> shown(Notification notification) {
        Map<String, @Nullable Object> json = notification.json();
        json.keySet().retainAll(KEYS);
        return json;
    }
}
