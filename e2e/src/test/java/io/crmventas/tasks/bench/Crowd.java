package io.crmventas.tasks.bench;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** Many tasks in a namespace, and the generation that the operator has acknowledged for each. */
final class Crowd implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final KubernetesClient client;
    private final String namespace;
    /** By name, the newest observedGeneration of a status. */
    private final Map<String, Long> acknowledged = new HashMap<>();

    private final Watch watch;
    private int size;

    Crowd(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
        Creations.namespace(client, namespace);
        watch = client.resources(CrmScheduledTask.class).inNamespace(namespace).watch(new Watcher<>() {
            @Override
            public void eventReceived(Action action, CrmScheduledTask task) {
                note(task);
            }

            @Override
            public void onClose(WatcherException cause) {
                throw new IllegalStateException("the benchmark's own watch ended", cause);
            }
        });
    }

    /** Creates tasks until there are this many and the operator has acknowledged all. @return the time since the first request */
    Duration growTo(int target) throws InterruptedException, ExecutionException {
        long begun = System.nanoTime();
        Creations.all(client, IntStream.range(size, target), this::task);
        size = target;
        await(() -> acknowledged.size() >= size);
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** Edits one task. @return the time from the request until its status has the new generation */
    Duration edit(int number, String interval) throws InterruptedException {
        long begun = System.nanoTime();
        CrmScheduledTask edited = client.resources(CrmScheduledTask.class)
                .inNamespace(namespace)
                .withName(name(number))
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"interval\":\"" + interval + "\"}}");
        await(() -> acknowledged.getOrDefault(name(number), 0L)
                >= edited.getMetadata().getGeneration());
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    @Override
    public void close() {
        watch.close();
    }

    private synchronized void note(CrmScheduledTask task) {
        Long generation = task.reportedStatus().observedGeneration();
        if (generation != null) {
            acknowledged.merge(task.getMetadata().getName(), generation, Math::max);
            notifyAll();
        }
    }

    private synchronized void await(BooleanSupplier done) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!done.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        acknowledged.size() + " of " + size + " tasks acknowledged in " + PATIENCE);
            }
            wait(1_000);
        }
    }

    /** The schedule starts no run: the benchmark measures the operator and not Kubernetes' own controllers. */
    private CrmScheduledTask task(int number) {
        return Serialization.unmarshal("""
                apiVersion: crmventas.io/v1alpha1
                kind: CrmScheduledTask
                metadata: {name: %s, namespace: %s}
                spec: {task: cleanup, interval: 24h}
                """.formatted(name(number), namespace), CrmScheduledTask.class);
    }

    private static String name(int number) {
        return "task-" + number;
    }
}
