package io.crmventas.tasks.operator.commands;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NamespaceableResource;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The resource definition of this release. Helm 3 makes it once and never again, Helm 4 only with an install, so a newer
 * one comes by this command.
 */
final class Definition {
    private static final String FILE = "/crmscheduledtasks.crmventas.io.yaml";

    /** Under Helm's own name: Helm 4 applies the definition too, and stops where another manager owns it. */
    private static final String MANAGER = "helm";

    private final KubernetesClient client;
    private final PrintStream out;

    Definition(KubernetesClient client, PrintStream out) {
        this.client = client;
        this.out = out;
    }

    /** An older release's fields go: the list of versions is one value to server-side apply. */
    int apply() {
        NamespaceableResource<GenericKubernetesResource> resource = client.resource(ours());
        GenericKubernetesResource before = resource.get();
        GenericKubernetesResource now =
                resource.fieldManager(MANAGER).forceConflicts().serverSideApply();
        out.println(now.getMetadata().getName() + " " + outcome(before, now));
        return Commands.OK;
    }

    private static String outcome(@Nullable GenericKubernetesResource before, GenericKubernetesResource now) {
        if (before == null) {
            return "made";
        }
        boolean same = Objects.equals(
                before.getMetadata().getGeneration(), now.getMetadata().getGeneration());
        return same ? "is up to date" : "replaced";
    }

    private GenericKubernetesResource ours() {
        try (InputStream file = Objects.requireNonNull(Definition.class.getResourceAsStream(FILE), FILE)) {
            return client.getKubernetesSerialization().unmarshal(file, GenericKubernetesResource.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
