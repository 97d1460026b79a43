package io.crmventas.tasks.operator.control;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.config.Sha256;
import io.crmventas.tasks.operator.control.Authorizer.Decision.Anonymous;
import io.crmventas.tasks.operator.control.Authorizer.Decision.Forbidden;
import io.crmventas.tasks.operator.control.Authorizer.Decision.Granted;
import io.crmventas.tasks.operator.control.Authorizer.Decision.Unavailable;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.api.model.authentication.UserInfo;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks Kubernetes who a caller is (TokenReview) and whether that user has a permission (SubjectAccessReview). */
public final class Authorizer {
    private static final Logger LOG = LoggerFactory.getLogger(Authorizer.class);
    /** The characters of a bearer token in RFC 6750. */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]{1,12000}=*");

    /** The API server refuses a token for this audience, so a caller never hands over its own permissions. */
    public static final String AUDIENCE = "crm-task-operator";

    private static final String NOT_VALID = "the token is not valid here; get one with kubectl create token"
            + " <service account> --audience=" + AUDIENCE;
    /** An unknown caller must not be able to flood the API server with reviews. */
    private static final int MOST_AT_ONCE = 8;

    private static final int PATIENCE_SECONDS = 3;

    private final KubernetesClient client;
    private final RecentDecisions recent;
    private final Semaphore reviews = new Semaphore(MOST_AT_ONCE, true);

    /** What Kubernetes says of a caller and a permission. */
    public sealed interface Decision {
        /** Kubernetes knows the caller. */
        sealed interface Known extends Decision {
            String user();
        }

        record Granted(String user) implements Known {}

        record Forbidden(String user, String why) implements Known {}

        /** Kubernetes does not know the caller. */
        record Anonymous(String why) implements Decision {}

        /** Kubernetes did not answer, so the call is refused. */
        record Unavailable() implements Decision {}
    }

    /** @param client gives up soon, because a caller waits for the answer */
    public Authorizer(KubernetesClient client, Clock clock) {
        this.client = client;
        this.recent = new RecentDecisions(clock);
    }

    public Decision decide(Optional<String> token, Permission permission) {
        if (token.filter(text -> TOKEN.matcher(text).matches()).isEmpty()) {
            return new Anonymous("a bearer token of Kubernetes is needed");
        }
        return recent.find(token.get(), permission).orElseGet(() -> {
            Decision decision = review(token.get(), permission);
            recent.keep(token.get(), permission, decision);
            return decision;
        });
    }

    private Decision review(String token, Permission permission) {
        try {
            if (!reviews.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return new Unavailable();
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return new Unavailable();
        }
        try {
            return user(token).map(user -> review(user, permission)).orElseGet(() -> new Anonymous(NOT_VALID));
        } catch (KubernetesClientException failed) {
            LOG.atError()
                    .setCause(failed)
                    .log("Kubernetes could not review a token or a permission; the operator refused the call");
            return new Unavailable();
        } finally {
            reviews.release();
        }
    }

    private Optional<UserInfo> user(String token) {
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

    private Decision review(UserInfo user, Permission permission) {
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
                        .withVerb(permission.verb().text())
                        .withGroup(CrmScheduledTask.GROUP)
                        .withVersion(CrmScheduledTask.VERSION)
                        .withResource(Permission.RESOURCE)
                        .withSubresource(permission.verb().subresource())
                        .withNamespace(permission.namespace())
                        .withName(permission.task().orElse(null))
                        .endResourceAttributes()
                        .endSpec()
                        .build())
                .getStatus();
        boolean allowed =
                status != null && Boolean.TRUE.equals(status.getAllowed()) && !Boolean.TRUE.equals(status.getDenied());
        return allowed
                ? new Granted(user.getUsername())
                : new Forbidden(user.getUsername(), user.getUsername() + " may not " + permission.text());
    }

    /**
     * Keeps decisions for a few seconds, so that a script with many calls is not slowed down and a wrong token that is
     * repeated costs the API server little. A missing permission is not kept, so a new grant works at once. A permission
     * that was withdrawn works for those seconds.
     */
    private static final class RecentDecisions {
        private static final Duration GRANT_KEPT = Duration.ofSeconds(10);
        private static final Duration INVALID_TOKEN_KEPT = Duration.ofSeconds(5);
        private static final int MOST = 500;

        private final Clock clock;
        private final Map<Question, Kept> kept = new LinkedHashMap<>();

        /** Holds a hash, so that no token stays in memory. */
        private record Question(String tokenHash, Permission permission) {}

        private record Kept(Decision decision, Instant until) {}

        private RecentDecisions(Clock clock) {
            this.clock = clock;
        }

        synchronized Optional<Decision> find(String token, Permission permission) {
            return Optional.ofNullable(kept.get(new Question(Sha256.hex(token), permission)))
                    .filter(found -> clock.instant().isBefore(found.until()))
                    .map(Kept::decision);
        }

        synchronized void keep(String token, Permission permission, Decision decision) {
            Instant now = clock.instant();
            Instant until = switch (decision) {
                case Granted _ -> now.plus(GRANT_KEPT);
                case Anonymous _ -> now.plus(INVALID_TOKEN_KEPT);
                case Forbidden _, Unavailable _ -> now;
            };
            kept.values().removeIf(old -> !now.isBefore(old.until()));
            if (until.isAfter(now) && kept.size() < MOST) {
                kept.put(new Question(Sha256.hex(token), permission), new Kept(decision, until));
            }
        }
    }
}
