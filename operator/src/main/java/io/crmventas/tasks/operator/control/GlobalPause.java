package io.crmventas.tasks.operator.control;

import io.crmventas.tasks.operator.suspension.PauseNotice;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Map;
import java.util.TreeMap;

/** The pause of all tasks: a ConfigMap of the operator's namespace, so that no release or GitOps takes it back. */
public final class GlobalPause {
    static final String FIELD_MANAGER = "crm-task-operator-control";

    private final KubernetesClient client;
    private final String namespace;

    public GlobalPause(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    public String namespace() {
        return namespace;
    }

    public void pause(String by, PauseOrder order) {
        Map<String, String> data = new TreeMap<>(Map.of("paused", "true", "by", by));
        order.reason().ifPresent(reason -> data.put("reason", reason));
        order.until().ifPresent(until -> data.put("until", until.toString()));
        apply(data);
    }

    public void resume() {
        apply(Map.of("paused", "false"));
    }

    /** Keys that were applied before and are not among these vanish. */
    private void apply(Map<String, String> data) {
        ConfigMap pause = new ConfigMapBuilder()
                .withNewMetadata()
                .withName(PauseNotice.CONFIG_MAP)
                .withNamespace(namespace)
                .endMetadata()
                .withData(data)
                .build();
        NotDone.unless(() -> client.resource(pause)
                .patch(new PatchContext.Builder()
                        .withPatchType(PatchType.SERVER_SIDE_APPLY)
                        .withFieldManager(FIELD_MANAGER)
                        .withForce(true)
                        .build()));
    }
}
