package io.crmventas.tasks.operator.control;

import io.crmventas.tasks.operator.resources.RunnerSettings;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import java.time.Clock;

/** Who may, and doing it. */
public record Control(Gate gate, TaskControl tasks, GlobalPause all) {
    /** Somebody waits for the answer, and may ask again. */
    private static final int REQUEST_MILLIS = 5_000;

    /**
     * @param namespace of the operator itself
     * @param settings by which it refuses runs
     */
    public static Control of(KubernetesClient client, String namespace, RunnerSettings settings, Clock clock) {
        RequestConfig patience = new RequestConfigBuilder(
                        client.getConfiguration().getRequestConfig())
                .withRequestTimeout(REQUEST_MILLIS)
                .withRequestRetryBackoffLimit(0)
                .build();
        KubernetesClient quick = client.newClient(patience).adapt(KubernetesClient.class);
        return new Control(new Gate(quick, clock), new TaskControl(quick, settings), new GlobalPause(quick, namespace));
    }
}
