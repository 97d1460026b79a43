package io.crmventas.tasks.bench;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Creates resources before a benchmark measures. */
final class Creations {
    private static final int CREATORS = 10;

    private Creations() {}

    static void namespace(KubernetesClient client, String name) {
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
    }

    /** Creates several resources at a time, and returns when all exist. */
    static void all(KubernetesClient client, IntStream numbers, IntFunction<? extends HasMetadata> resource)
            throws InterruptedException, ExecutionException {
        List<Callable<HasMetadata>> creations = numbers.mapToObj(number -> (Callable<HasMetadata>)
                        () -> client.resource(resource.apply(number)).create())
                .toList();
        try (ExecutorService creators = Executors.newFixedThreadPool(CREATORS)) {
            for (Future<HasMetadata> created : creators.invokeAll(creations)) {
                created.get();
            }
        }
    }
}
