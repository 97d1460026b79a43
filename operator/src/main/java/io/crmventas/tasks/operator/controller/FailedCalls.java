package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.contract.RunReportCodec;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Collects the API calls of one reconcile that failed. The reconcile continues, writes the status that it knows, and
 * fails at its end, so that JOSDK runs it again. Otherwise one failing webhook would keep a pause from the CronJob and
 * the results of finished runs from the status.
 */
final class FailedCalls {
    private static final Set<Integer> REFUSALS = Set.of(400, 403, 404, 422);

    /** The status shows answers, and an admission webhook can write any text. */
    private static final int LONGEST_ANSWER = 700;

    private final List<KubernetesClientException> errors = new ArrayList<>();
    private final List<String> messages = new ArrayList<>();

    /**
     * Adds a call that got no answer as well: an admission webhook that hangs delays only the calls that it handles.
     *
     * @param call the call, for example "create Job x"
     */
    void add(String call, KubernetesClientException error) {
        errors.add(error);
        String outcome = answered(error) ? "answered HTTP " + error.getCode() + " to" : "did not answer";
        messages.add("Kubernetes " + outcome + " the call: " + call + " (" + answer(error) + ").");
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
     * Returns whether the API server refuses this object: it is invalid, forbidden or over a quota, or its
     * namespace is deleted. After any other error (conflict, overload, fault) a retry can succeed.
     */
    static boolean refused(KubernetesClientException error) {
        return REFUSALS.contains(error.getCode());
    }

    private static boolean answered(KubernetesClientException error) {
        return error.getCode() >= HttpURLConnection.HTTP_BAD_REQUEST;
    }

    /** Returns the API server's message, or why there is none. */
    static String answer(KubernetesClientException error) {
        String answer = Optional.ofNullable(error.getStatus())
                .map(status -> status.getMessage())
                .orElseGet(() -> answered(error) ? "HTTP " + error.getCode() : cause(error));
        return RunReportCodec.cut(answer, LONGEST_ANSWER);
    }

    private static String cause(Throwable error) {
        return error.getCause() == null ? String.valueOf(error.getMessage()) : cause(error.getCause());
    }

    /** Returns whether an object of that name exists already. Any other conflict (409) means that none exists. */
    static boolean alreadyExists(KubernetesClientException error) {
        return error.getCode() == HttpURLConnection.HTTP_CONFLICT
                && error.getStatus() != null
                && "AlreadyExists".equals(error.getStatus().getReason());
    }
}
