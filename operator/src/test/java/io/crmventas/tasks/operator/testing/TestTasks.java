package io.crmventas.tasks.operator.testing;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskSpec;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;

/** Creates tasks for tests from the YAML of their specs. */
public final class TestTasks {
    public static final String UID = "7b1c2a9e-0000-4000-8000-000000000001";

    private TestTasks() {}

    public static CrmScheduledTask task(String namespace, String name, String specYaml) {
        CrmScheduledTask task = new CrmScheduledTask();
        task.setMetadata(
                new ObjectMetaBuilder().withNamespace(namespace).withName(name).build());
        task.setSpec(spec(specYaml));
        return task;
    }

    public static CrmScheduledTaskSpec spec(String yaml) {
        // Without this marker the library would parse a text in braces as JSON.
        return Serialization.unmarshal("---\n" + yaml, CrmScheduledTaskSpec.class);
    }

    /** @return a task as the API server returns it, with UID and generation */
    public static CrmScheduledTask stored(String name, String specYaml) {
        CrmScheduledTask task = task("crm", name, specYaml);
        task.getMetadata().setUid(UID);
        task.getMetadata().setGeneration(1L);
        task.getMetadata().setResourceVersion("1");
        task.getMetadata().setCreationTimestamp("2026-11-23T10:00:00Z");
        return task;
    }
}
