package io.crmventas.tasks.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.crmventas.tasks.testing.LocalApiServer;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The first Job of each of many resources: its scheduled time, and when the API server created it. */
record DueJobs(Map<String, Instant> due, Map<String, Instant> created) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String NAMESPACE = "bench";
    private static final String SCHEDULED_TIME = "batch.kubernetes.io/cronjob-scheduled-timestamp";
    private static final Duration LATEST = Duration.ofMinutes(4);

    /** Creates the resources and waits until each has a Job. No Job ends, so each resource has one. */
    static DueJobs of(LocalApiServer server, String yaml, int size, Duration period) throws Exception {
        KubernetesClient client = server.client();
        Creations.namespace(client, NAMESPACE);
        Creations.all(client, IntStream.range(0, size), number -> named(yaml, number));
        long deadline = System.nanoTime() + period.plus(LATEST).toNanos();
        List<Job> jobs = jobs(client);
        while (jobs.size() < size) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(jobs.size() + " of " + size + " Jobs after " + period.plus(LATEST));
            }
            Thread.sleep(Duration.ofSeconds(5));
            jobs = jobs(client);
        }
        Map<String, Instant> due = jobs.stream()
                .collect(Collectors.toMap(
                        job -> job.getMetadata().getName(),
                        job -> OffsetDateTime.parse(
                                        job.getMetadata().getAnnotations().get(SCHEDULED_TIME))
                                .toInstant()));
        return new DueJobs(due, created(server));
    }

    /** The delays, the shortest first. */
    List<Duration> delays() {
        List<Duration> delays = new ArrayList<>();
        due.forEach((job, scheduled) -> delays.add(Duration.between(scheduled, created.get(job))));
        delays.sort(Comparator.naturalOrder());
        return delays;
    }

    long mostInOneMinute() {
        return due.values().stream()
                .collect(Collectors.groupingBy(
                        (Function<Instant, Instant>) scheduled -> scheduled.truncatedTo(ChronoUnit.MINUTES),
                        Collectors.counting()))
                .values()
                .stream()
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static List<Job> jobs(KubernetesClient client) {
        return client.batch().v1().jobs().inNamespace(NAMESPACE).list().getItems();
    }

    private static GenericKubernetesResource named(String yaml, int number) {
        GenericKubernetesResource resource = Serialization.unmarshal(yaml, GenericKubernetesResource.class);
        resource.setMetadata(new ObjectMetaBuilder()
                .withName("task-" + number)
                .withNamespace(NAMESPACE)
                .build());
        return resource;
    }

    /** From the audit log, because a creationTimestamp has whole seconds only. */
    private static Map<String, Instant> created(LocalApiServer server) throws IOException {
        Map<String, Instant> created = new HashMap<>();
        for (String line : server.auditLog()) {
            JsonNode event = JSON.readTree(line);
            JsonNode object = event.path("objectRef");
            if (event.path("verb").asText().equals("create")
                    && object.path("resource").asText().equals("jobs")
                    && event.path("responseStatus").path("code").asInt() == 201) {
                created.put(
                        object.path("name").asText(),
                        Instant.parse(event.path("stageTimestamp").asText()));
            }
        }
        return created;
    }
}
