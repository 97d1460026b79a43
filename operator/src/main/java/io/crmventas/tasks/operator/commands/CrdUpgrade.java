package io.crmventas.tasks.operator.commands;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NamespaceableResource;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor.Version;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Applies the CRD of this release, because Helm applies a CRD only with an install and not with an upgrade. The cluster
 * has one CRD for all releases of this chart. The newest CRD serves them all, and an older one would drop fields that
 * tasks already use.
 */
final class CrdUpgrade {
    private static final String FILE = "/crmscheduledtasks.crmventas.io.yaml";

    /** The command uses Helm's name, because Helm 4 also applies the CRD, and fails where another manager owns it. */
    private static final String MANAGER = "helm";

    /** This annotation names the release that applied the CRD. The generated file has no version. */
    static final String BROUGHT_BY = "crmventas.io/definition-version";

    private final KubernetesClient client;
    private final PrintStream out;
    private final String version;

    CrdUpgrade(KubernetesClient client, PrintStream out, String version) {
        this.client = client;
        this.out = out;
        this.version = version;
    }

    /**
     * Applies the CRD and removes fields of an older release: server-side apply replaces the whole list of versions.
     *
     * @param force whether to replace the CRD of a newer release too
     */
    int apply(boolean force) {
        GenericKubernetesResource ours = ours();
        String name = ours.getMetadata().getName();
        NamespaceableResource<GenericKubernetesResource> resource = client.resource(ours);
        GenericKubernetesResource before = resource.get();
        String broughtBy =
                before == null ? null : before.getMetadata().getAnnotations().get(BROUGHT_BY);
        if (!force && isNewer(broughtBy)) {
            out.println(name + " is of " + broughtBy + ", newer than " + version + ": not changed");
            return Commands.OK;
        }
        GenericKubernetesResource now =
                resource.fieldManager(MANAGER).forceConflicts().serverSideApply();
        out.println(name + " " + outcome(before, now));
        return Commands.OK;
    }

    /** Returns false for a text that is no version, for example of a development build. */
    private boolean isNewer(@Nullable String broughtBy) {
        try {
            return broughtBy != null && Version.parse(broughtBy).compareTo(Version.parse(version)) > 0;
        } catch (IllegalArgumentException noVersion) {
            return false;
        }
    }

    private static String outcome(@Nullable GenericKubernetesResource before, GenericKubernetesResource now) {
        if (before == null) {
            return "created";
        }
        boolean same = Objects.equals(
                before.getMetadata().getGeneration(), now.getMetadata().getGeneration());
        return same ? "is up to date" : "replaced";
    }

    private GenericKubernetesResource ours() {
        try (InputStream file = Objects.requireNonNull(CrdUpgrade.class.getResourceAsStream(FILE), FILE)) {
            GenericKubernetesResource ours =
                    client.getKubernetesSerialization().unmarshal(file, GenericKubernetesResource.class);
            ours.getMetadata().getAnnotations().put(BROUGHT_BY, version);
            return ours;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
