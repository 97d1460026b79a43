package io.crmventas.tasks.operator.controller;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.status.TaskEvent;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates Kubernetes Events. If the API server refuses one, the operator logs it and continues: no state is lost. */
final class EventPublisher {
    private static final Logger LOG = LoggerFactory.getLogger(EventPublisher.class);
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final String CONTROLLER = "crmventas.io/crm-task-operator";
    /** The limit of events.k8s.io is 1024 bytes; the API server refuses a longer note. */
    private static final int LONGEST_NOTE = 1000;

    private final KubernetesClient client;
    private final String instance;

    EventPublisher(KubernetesClient client, String instance) {
        this.client = client;
        this.instance = instance;
    }

    void publish(CrmScheduledTask task, List<TaskEvent> events, Instant now) {
        for (TaskEvent event : events) {
            try {
                client.resource(build(task, event, now)).create();
            } catch (KubernetesClientException failed) {
                LOG.atWarn()
                        .addKeyValue("namespace", task.namespace())
                        .addKeyValue("task", task.name())
                        .addKeyValue("event", event.kind().reason())
                        .setCause(failed)
                        .log("Event not created");
            }
        }
    }

    private Event build(CrmScheduledTask task, TaskEvent event, Instant now) {
        return new EventBuilder()
                .withNewMetadata()
                .withGenerateName(task.name() + "-")
                .withNamespace(task.namespace())
                .endMetadata()
                .withEventTime(new MicroTime(MICROS.format(now)))
                .withReportingController(CONTROLLER)
                .withReportingInstance(instance)
                .withAction(event.kind().action())
                .withReason(event.kind().reason())
                .withType(event.kind().warning() ? "Warning" : "Normal")
                .withNote(cut(event.note()))
                .withNewRegarding()
                .withApiVersion(task.getApiVersion())
                .withKind(task.getKind())
                .withName(task.name())
                .withNamespace(task.namespace())
                .withUid(task.uid())
                .endRegarding()
                .build();
    }

    static String cut(String note) {
        byte[] bytes = note.getBytes(UTF_8);
        if (bytes.length <= LONGEST_NOTE) {
            return note;
        }
        // The cut can split a character of several bytes, whose rest becomes the replacement character.
        return new String(bytes, 0, LONGEST_NOTE, UTF_8).replaceFirst("\uFFFD$", "") + "…";
    }
}
