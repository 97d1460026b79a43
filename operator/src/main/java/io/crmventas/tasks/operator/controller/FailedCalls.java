package io.crmventas.tasks.operator.controller;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * API calls of one reconcile that the API server answered with an error. The reconcile continues without them, writes
 * the status that it knows, and fails at its end, so that JOSDK runs it again. Otherwise one failing webhook would keep a
 * pause from the CronJob and the results of finished runs from the status.
 */
final class FailedCalls {
    private static final Set<Integer> REFUSALS = Set.of(400, 403, 404, 422);

    private final List<KubernetesClientException> errors = new ArrayList<>();
    private final List<String> messages = new ArrayList<>();

    /**
     * @param call what the operator tried, as in "create Job x"
     * @throws KubernetesClientException if there was no answer at all: every further call would wait for one as well
     */
    void add(String call, KubernetesClientException error) {
        if (error.getCode() < HttpURLConnection.HTTP_BAD_REQUEST) {
            throw error;
        }
        errors.add(error);
        messages.add(
                "Kubernetes answered HTTP " + error.getCode() + " to the call: " + call + " (" + answer(error) + ").");
    }

    List<String> messages() {
        return List.copyOf(messages);
    }

    void rethrow() {
        if (!errors.isEmpty()) {
            throw errors.getFirst();
        }
    }

    /**
     * Whether the API server will not accept this object: it is invalid, forbidden, over a quota, or its namespace is gone.
     * A call with any other error (conflict, overload, fault) is worth a retry.
     */
    static boolean refused(KubernetesClientException error) {
        return REFUSALS.contains(error.getCode());
    }

    /** The words of the API server. */
    static String answer(KubernetesClientException error) {
        return Optional.ofNullable(error.getStatus())
                .map(status -> status.getMessage())
                .orElse("HTTP " + error.getCode());
    }

    /** Whether an object of that name exists already. Every other conflict (409) means that nothing was created. */
    static boolean alreadyExists(KubernetesClientException error) {
        return error.getCode() == HttpURLConnection.HTTP_CONFLICT
                && error.getStatus() != null
                && "AlreadyExists".equals(error.getStatus().getReason());
    }
}
