package io.crmventas.tasks.operator.control;

import io.crmventas.tasks.operator.config.RunnerSettings;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import java.time.Clock;

/** Decides who may pause and run tasks, and carries it out by annotations and one ConfigMap, so any replica can. */
public record Control(Authorizer authorizer, TaskControl tasks) {
    /** A caller waits for the answer and can repeat the call. */
    private static final int REQUEST_MILLIS = 5_000;

    /**
     * @param namespace of the operator itself
     * @param settings by which the leader refuses runs
     */
    public static Control create(KubernetesClient client, String namespace, RunnerSettings settings, Clock clock) {
        RequestConfig patience = new RequestConfigBuilder(
                        client.getConfiguration().getRequestConfig())
                .withRequestTimeout(REQUEST_MILLIS)
                .withRequestRetryBackoffLimit(0)
                .build();
        KubernetesClient quick = client.newClient(patience).adapt(KubernetesClient.class);
        return new Control(new Authorizer(quick, clock), new TaskControl(quick, namespace, settings));
    }
}
