package io.crmventas.tasks.operator.commands;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributes;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributesBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Asks the API server whether this service account has each permission that the operator needs. */
public final class PermissionCheck {
    private final KubernetesClient client;
    private final PrintStream out;

    PermissionCheck(KubernetesClient client, PrintStream out) {
        this.client = client;
        this.out = out;
    }

    /** @param namespace the namespace; empty for permissions in the whole cluster */
    record Wanted(String namespace, List<PolicyRule> rules) {}

    int check(String json) {
        List<String> missing = new ArrayList<>();
        int asked = 0;
        for (Wanted wanted : parse(json)) {
            for (PolicyRule rule : wanted.rules()) {
                for (String resource : rule.getResources()) {
                    for (String verb : rule.getVerbs()) {
                        asked++;
                        ask(wanted.namespace(), rule, resource, verb, missing);
                    }
                }
            }
        }
        missing.forEach(permission -> out.println("missing: " + permission));
        out.println((asked - missing.size()) + " of " + asked + " permissions granted");
        return missing.isEmpty() && asked > 0 ? Commands.OK : Commands.FAILED;
    }

    private void ask(String namespace, PolicyRule rule, String resource, String verb, List<String> missing) {
        String[] parts = resource.split("/", 2);
        List<String> names = rule.getResourceNames().isEmpty() ? List.of("") : rule.getResourceNames();
        for (String name : names) {
            ResourceAttributes permission = new ResourceAttributesBuilder()
                    .withNamespace(namespace)
                    .withGroup(rule.getApiGroups().getFirst())
                    .withResource(parts[0])
                    .withSubresource(parts.length > 1 ? parts[1] : "")
                    .withName(name)
                    .withVerb(verb)
                    .build();
            if (!granted(client, permission)) {
                missing.add(verb + " " + resource + (namespace.isEmpty() ? "" : " in " + namespace));
            }
        }
    }

    /** Returns whether the client's account has the permission. */
    public static boolean granted(KubernetesClient client, ResourceAttributes permission) {
        SelfSubjectAccessReview review = client.resource(new SelfSubjectAccessReviewBuilder()
                        .withNewSpec()
                        .withResourceAttributes(permission)
                        .endSpec()
                        .build())
                .create();
        return Boolean.TRUE.equals(review.getStatus().getAllowed());
    }

    private static List<Wanted> parse(String json) {
        try {
            return JsonMapper.builder().build().readValue(json, new TypeReference<List<Wanted>>() {});
        } catch (JsonProcessingException malformed) {
            throw new IllegalArgumentException("check-permissions wants a JSON list; see the usage", malformed);
        }
    }
}
