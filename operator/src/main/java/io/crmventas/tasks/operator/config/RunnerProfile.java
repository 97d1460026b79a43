package io.crmventas.tasks.operator.config;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the pods of a run get. The author of a task only names it: resources, priority and labels would let the author
 * evict other pods or answer for another Service.
 *
 * @param resources of the container
 * @param scheduling which nodes take the pods, and before which other pods
 * @param labels of the pods; those of the operator win
 * @param annotations of the pods
 * @param serviceAccount of the pods, in the namespaces of the tasks; the pods get no token of it
 * @param queue LocalQueue of Kueue that admits the Jobs
 */
public record RunnerProfile(
        ResourceRequirements resources,
        Scheduling scheduling,
        Map<String, String> labels,
        Map<String, String> annotations,
        Optional<String> serviceAccount,
        Optional<String> queue) {

    /** As in a pod. */
    public record Scheduling(
            Optional<String> priorityClassName,
            Map<String, String> nodeSelector,
            List<Toleration> tolerations,
            Optional<Affinity> affinity) {}
}
