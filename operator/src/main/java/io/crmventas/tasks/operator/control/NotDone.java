package io.crmventas.tasks.operator.control;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.function.Supplier;

/** Kubernetes refused or did not answer, and so a wish was not carried out. */
public final class NotDone extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean conflict;

    private NotDone(KubernetesClientException cause) {
        super(cause.getMessage(), cause);
        this.conflict = cause.getCode() == HttpURLConnection.HTTP_CONFLICT;
    }

    /** Whether others changed the same thing meanwhile; trying again helps. */
    public boolean conflict() {
        return conflict;
    }

    static <T> T unless(Supplier<T> asking) {
        try {
            return asking.get();
        } catch (KubernetesClientException failed) {
            throw new NotDone(failed);
        }
    }
}
