package io.crmventas.tasks.operator.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;

/** How the operator writes what is there already (RFC 6902). */
final class JsonPatch {
    static final PatchContext CONTEXT = new PatchContext.Builder()
            .withPatchType(PatchType.JSON)
            .withFieldManager("crm-task-operator")
            .build();

    private JsonPatch() {}

    /** All that the client is to be given of a resource: it copies what it is to patch, and needs no more of it. */
    static ObjectMeta nameOf(HasMetadata resource) {
        return new ObjectMetaBuilder()
                .withName(resource.getMetadata().getName())
                .withNamespace(resource.getMetadata().getNamespace())
                .build();
    }
}
