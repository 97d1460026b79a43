package io.crmventas.tasks.operator.testing;

import io.crmventas.tasks.operator.Leadership;
import io.crmventas.tasks.operator.TaskOperator;
import io.crmventas.tasks.operator.config.OperatorConfig;
import io.crmventas.tasks.operator.testing.FaultyProxy.Moment;
import io.crmventas.tasks.testing.LocalApiServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An operator that is killed at one of its writes. Another operator then replaces it, as Kubernetes would do. */
public final class CrashingOperator implements AutoCloseable {

    private final LocalApiServer server;
    private final String namespace;
    private final List<Instance> instances = new ArrayList<>();
    private boolean closed;

    private record Instance(FaultyProxy proxy, KubernetesClient client, TaskOperator operator) {
        void end() {
            proxy.close();
            operator.close();
            client.close();
        }
    }

    /** @param fatalWrite the number of the write that kills the first operator, from 1; 0 for none */
    public CrashingOperator(LocalApiServer server, String namespace, int fatalWrite, Moment moment) {
        this.server = server;
        this.namespace = namespace;
        start(fatalWrite, moment);
    }

    /** Returns the number of writes that all instances requested. */
    public synchronized int writes() {
        return instances.stream().mapToInt(it -> it.proxy().writes()).sum();
    }

    private synchronized void start(int fatalWrite, Moment moment) {
        FaultyProxy proxy = new FaultyProxy(
                server.client().getConfiguration(),
                fatalWrite,
                moment,
                () -> Thread.ofVirtual().start(this::replace));
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl(proxy.url())
                .withNamespace("default")
                .withRequestRetryBackoffLimit(0)
                .build();
        KubernetesClient client =
                new KubernetesClientBuilder().withConfig(config).build();
        TaskOperator operator = new TaskOperator(
                OperatorConfig.from(Map.of(
                        "RUNNER_IMAGE", "localhost/crm/job-runner:test",
                        "LEADER_ELECTION", "false",
                        "PREFLIGHT", "false",
                        "WATCH_NAMESPACES", namespace)),
                client,
                Clock.systemUTC(),
                List.of(),
                new Leadership(Optional.empty(), Clock.systemUTC(), () -> {}));
        instances.add(new Instance(proxy, client, operator));
        operator.start();
    }

    /** Starts no further operator when the kill comes after the end of the test. */
    private synchronized void replace() {
        if (!closed) {
            instances.getLast().end();
            start(0, Moment.BEFORE_THE_WRITE);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        instances.getLast().end();
    }
}
