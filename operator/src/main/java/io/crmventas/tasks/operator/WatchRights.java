package io.crmventas.tasks.operator;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Asks the API server whether the operator may watch a namespace; everybody may ask that of himself. */
final class WatchRights {
    private static final List<Right> NEEDED = Stream.of(
                    new Kind(CrmScheduledTask.GROUP, "crmscheduledtasks"),
                    new Kind("batch", "cronjobs"),
                    new Kind("batch", "jobs"),
                    new Kind("", "pods"))
            .flatMap(kind -> Stream.of(new Right("list", kind), new Right("watch", kind)))
            .toList();

    private final KubernetesClient client;

    private record Kind(String group, String resource) {}

    private record Right(String verb, Kind kind) {
        @Override
        public String toString() {
            return verb + " " + kind.resource() + (kind.group().isEmpty() ? "" : "." + kind.group());
        }
    }

    WatchRights(KubernetesClient client) {
        this.client = client;
    }

    /** Why the operator cannot watch the namespace; empty when it can. */
    Optional<String> missing(String namespace) {
        return NEEDED.stream()
                .filter(right -> !granted(namespace, right))
                .findFirst()
                .map(right -> "the operator may not " + right + " there");
    }

    private boolean granted(String namespace, Right right) {
        SelfSubjectAccessReview review = client.resource(new SelfSubjectAccessReviewBuilder()
                        .withNewSpec()
                        .withNewResourceAttributes()
                        .withNamespace(namespace)
                        .withGroup(right.kind().group())
                        .withResource(right.kind().resource())
                        .withVerb(right.verb())
                        .endResourceAttributes()
                        .endSpec()
                        .build())
                .create();
        return Boolean.TRUE.equals(review.getStatus().getAllowed());
    }
}
