package io.crmventas.tasks.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the API server answered when it was last asked; asking goes on in the background, for it may hang. */
final class ApiPing implements BooleanSupplier {
    private static final Logger LOG = LoggerFactory.getLogger(ApiPing.class);

    private final KubernetesClient client;
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile boolean answered;

    ApiPing(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public boolean getAsBoolean() {
        if (asking.compareAndSet(false, true)) {
            Thread.ofVirtual().name("api-ping").start(this::ask);
        }
        return answered;
    }

    private void ask() {
        try {
            client.raw("/version");
            answered = true;
        } catch (KubernetesClientException silent) {
            answered = false;
            LOG.atDebug().setCause(silent).log("The API server does not answer");
        } finally {
            asking.set(false);
        }
    }
}
