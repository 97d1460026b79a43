package io.crmventas.tasks.operator.control;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.control.Access.Forbidden;
import io.crmventas.tasks.operator.control.Access.Granted;
import io.crmventas.tasks.operator.control.Access.Stranger;
import io.crmventas.tasks.operator.control.Access.Unavailable;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.api.model.authentication.UserInfo;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets nobody pass whom Kubernetes does not know and allow: TokenReview, then SubjectAccessReview. */
public final class Gate {
    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);
    /** RFC 6750. */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]{1,12000}=*");

    /** A token for this audience cannot be used at the API server, so a caller never hands over its own rights. */
    public static final String AUDIENCE = "crm-task-operator";

    private static final String NOT_VALID = "the token is not valid here; get one with kubectl create token"
            + " <service account> --audience=" + AUDIENCE;

    /** Whoever knocks unknown must not be able to flood Kubernetes with questions. */
    private static final int MOST_AT_ONCE = 8;

    private static final int PATIENCE_SECONDS = 3;

    private final KubernetesClient client;
    private final RecentReviews recent;
    private final Semaphore places = new Semaphore(MOST_AT_ONCE, true);

    /** @param client gives up soon: somebody waits for the answer */
    public Gate(KubernetesClient client, Clock clock) {
        this.client = client;
        this.recent = new RecentReviews(clock);
    }

    public Access ask(Optional<String> token, Deed deed) {
        if (token.filter(text -> TOKEN.matcher(text).matches()).isEmpty()) {
            return new Stranger("a bearer token of Kubernetes is needed");
        }
        return recent.of(token.get(), deed).orElseGet(() -> {
            Access access = review(token.get(), deed);
            recent.keep(token.get(), deed, access);
            return access;
        });
    }

    private Access review(String token, Deed deed) {
        try {
            if (!places.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return new Unavailable();
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return new Unavailable();
        }
        try {
            return whoIs(token).map(user -> mayDo(user, deed)).orElseGet(() -> new Stranger(NOT_VALID));
        } catch (KubernetesClientException failed) {
            LOG.atError().setCause(failed).log("A token or a right could not be checked; the request was refused");
            return new Unavailable();
        } finally {
            places.release();
        }
    }

    private Optional<UserInfo> whoIs(String token) {
        TokenReviewStatus status = client.tokenReviews()
                .create(new TokenReviewBuilder()
                        .withNewSpec()
                        .withToken(token)
                        .withAudiences(AUDIENCE)
                        .endSpec()
                        .build())
                .getStatus();
        return status != null
                        && Boolean.TRUE.equals(status.getAuthenticated())
                        && status.getAudiences() != null
                        && status.getAudiences().contains(AUDIENCE)
                ? Optional.ofNullable(status.getUser()).filter(user -> user.getUsername() != null)
                : Optional.empty();
    }

    private Access mayDo(UserInfo user, Deed deed) {
        SubjectAccessReviewStatus status = client.authorization()
                .v1()
                .subjectAccessReview()
                .create(new SubjectAccessReviewBuilder()
                        .withNewSpec()
                        .withUser(user.getUsername())
                        .withGroups(user.getGroups())
                        .withUid(user.getUid())
                        .withExtra(user.getExtra())
                        .withNewResourceAttributes()
                        .withVerb(deed.right().verb())
                        .withGroup(CrmScheduledTask.GROUP)
                        .withVersion(CrmScheduledTask.VERSION)
                        .withResource(Deed.RESOURCE)
                        .withSubresource(deed.right().subresource())
                        .withNamespace(deed.namespace())
                        .withName(deed.task().orElse(null))
                        .endResourceAttributes()
                        .endSpec()
                        .build())
                .getStatus();
        boolean allowed =
                status != null && Boolean.TRUE.equals(status.getAllowed()) && !Boolean.TRUE.equals(status.getDenied());
        return allowed
                ? new Granted(user.getUsername())
                : new Forbidden(user.getUsername(), user.getUsername() + " may not " + deed.inWords());
    }
}
