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

/** An operator that is killed at one of its writes, and the one that Kubernetes starts in its place. */
public final class Successors implements AutoCloseable {

    private final LocalApiServer server;
    private final String namespace;
    private final List<Incarnation> incarnations = new ArrayList<>();
    private boolean closed;

    private record Incarnation(FaultyProxy proxy, KubernetesClient client, TaskOperator operator) {
        void end() {
            proxy.close();
            operator.close();
            client.close();
        }
    }

    /** @param fatalWrite counted from 1; 0: the first operator lives */
    public Successors(LocalApiServer server, String namespace, int fatalWrite, Moment moment) {
        this.server = server;
        this.namespace = namespace;
        start(fatalWrite, moment);
    }

    /** Requests of all of them that would change something. */
    public synchronized int writes() {
        return incarnations.stream().mapToInt(it -> it.proxy().writes()).sum();
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
        incarnations.add(new Incarnation(proxy, client, operator));
        operator.start();
    }

    /** Nobody follows one that dies of its last write when the test is over. */
    private synchronized void replace() {
        if (!closed) {
            incarnations.getLast().end();
            start(0, Moment.BEFORE_THE_WRITE);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        incarnations.getLast().end();
    }
}
