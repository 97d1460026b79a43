package io.crmventas.tasks.operator.control;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.config.Sha256;
import io.crmventas.tasks.operator.http.Answer;
import io.crmventas.tasks.operator.http.Answer.Refusal;
import io.crmventas.tasks.operator.http.Request;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.api.model.authentication.UserInfo;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks Kubernetes who a caller is (TokenReview) and whether that user has a permission (SubjectAccessReview). */
public final class Authorizer {
    private static final Logger LOG = LoggerFactory.getLogger(Authorizer.class);
    /** RFC 6750 allows only these characters in a bearer token. */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]{1,12000}=*");

    /** The API server refuses tokens of this audience, so the operator cannot act with a caller's token. */
    public static final String AUDIENCE = "crm-task-operator";

    private static final String NOT_VALID = "the token is not valid here; get one with kubectl create token"
            + " <service account> --audience=" + AUDIENCE;
    /** An unknown caller must not be able to flood the API server with reviews. */
    private static final int MOST_AT_ONCE = 8;

    private static final int PATIENCE_SECONDS = 3;
    private static final int REQUEST_MILLIS = 5_000;

    private final KubernetesClient client;
    private final RecentDecisions recent;
    private final Semaphore reviews = new Semaphore(MOST_AT_ONCE, true);

    /**
     * A permission that Kubernetes must grant to a caller.
     *
     * @param task empty: all tasks of the namespace
     */
    public record Permission(Verb verb, String namespace, Optional<String> task) {
        static final String RESOURCE = "crmscheduledtasks";

        public static Permission on(CrmScheduledTask task, Verb verb) {
            return new Permission(verb, task.namespace(), Optional.of(task.name()));
        }

        /** Returns for example {@code update crmscheduledtasks/run "cleanup" in namespace "crm"}. */
        String text() {
            return verb.text + " " + RESOURCE + (verb.subresource.isEmpty() ? "" : "/" + verb.subresource)
                    + task.map(name -> " \"" + name + "\"").orElse("") + " in namespace \"" + namespace + "\"";
        }
    }

    /** A verb of RBAC with its subresource. The API lacks {@code run} and {@code pause}, but roles can grant them. */
    public enum Verb {
        RUN("update", "run"),
        PAUSE("update", "pause"),
        READ("get", "");

        private final String text;
        /** This text is empty for the resource itself. */
        private final String subresource;

        Verb(String text, String subresource) {
            this.text = text;
            this.subresource = subresource;
        }
    }

    /** @param allowed whether the user has the required permission */
    public record Caller(String user, boolean allowed) {}

    private record Question(String tokenHash, Permission permission) {}

    /** A caller that Kubernetes does not know. */
    private static final Caller ANONYMOUS = new Caller("", false);

    public Authorizer(KubernetesClient client, Clock clock) {
        this.client = client;
        this.recent = new RecentDecisions(clock);
    }

    /** Returns a client that gives up soon, because a caller waits for the answer and can repeat the call. */
    public static KubernetesClient impatient(KubernetesClient client) {
        RequestConfig patience = new RequestConfigBuilder(
                        client.getConfiguration().getRequestConfig())
                .withRequestTimeout(REQUEST_MILLIS)
                .withRequestRetryBackoffLimit(0)
                .build();
        return client.newClient(patience).adapt(KubernetesClient.class);
    }

    /**
     * Refuses a request if Kubernetes does not know or does not allow its caller. It repeats a recent review that
     * refused, because the caller can have got the permission since.
     *
     * @return the user's name in Kubernetes
     */
    public String authorize(Request request, Permission permission) {
        Caller caller = decide(request, permission, recent -> recent.allowed() || recent.equals(ANONYMOUS));
        if (!caller.allowed()) {
            String why = caller.user() + " may not " + permission.text();
            LOG.atWarn().addKeyValue("user", caller.user()).log("The operator refused a call: {}", why);
            throw new Refusal(Answer.FORBIDDEN, why);
        }
        return caller.user();
    }

    /**
     * Refuses a request only when Kubernetes does not know its caller or does not answer. It also uses a recent
     * refusal, because each refresh of a page needs a review for every namespace.
     */
    public Caller review(Request request, Permission permission) {
        return decide(request, permission, _ -> true);
    }

    private Caller decide(Request request, Permission permission, Predicate<Caller> recentEnough) {
        String token = request.bearerToken()
                .filter(text -> TOKEN.matcher(text).matches())
                .orElseThrow(() -> unknown("a bearer token of Kubernetes is needed"));
        // A hash, so that no token stays in memory.
        Question question = new Question(Sha256.hex(token), permission);
        Caller caller = recent.find(question).filter(recentEnough).orElseGet(() -> {
            Caller reviewed = review(token, permission);
            recent.keep(question, reviewed);
            return reviewed;
        });
        if (caller.equals(ANONYMOUS)) {
            throw unknown(NOT_VALID);
        }
        return caller;
    }

    private static Refusal unknown(String why) {
        return new Refusal(Answer.error(Answer.UNAUTHORIZED, why).with("WWW-Authenticate", "Bearer"));
    }

    static Answer unavailable(String consequence) {
        return Answer.error(Answer.UNAVAILABLE, "Kubernetes does not answer as it should; " + consequence)
                .with("Retry-After", "5");
    }

    private Caller review(String token, Permission permission) {
        Refusal unavailable = new Refusal(unavailable("nothing was done"));
        try {
            if (!reviews.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw unavailable;
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw unavailable;
        }
        try {
            return user(token).map(user -> review(user, permission)).orElse(ANONYMOUS);
        } catch (KubernetesClientException failed) {
            LOG.atError()
                    .setCause(failed)
                    .log("Kubernetes could not review a token or a permission; the operator refused the call");
            throw unavailable;
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
        return Boolean.TRUE.equals(status.getAuthenticated())
                        && status.getAudiences().contains(AUDIENCE)
                ? Optional.of(status.getUser())
                : Optional.empty();
    }

    private Caller review(UserInfo user, Permission permission) {
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
                        .withVerb(permission.verb().text)
                        .withGroup(CrmScheduledTask.GROUP)
                        .withVersion(CrmScheduledTask.VERSION)
                        .withResource(Permission.RESOURCE)
                        .withSubresource(permission.verb().subresource)
                        .withNamespace(permission.namespace())
                        .withName(permission.task().orElse(null))
                        .endResourceAttributes()
                        .endSpec()
                        .build())
                .getStatus();
        return new Caller(user.getUsername(), Boolean.TRUE.equals(status.getAllowed()));
    }

    /**
     * Keeps decisions for a few seconds. They speed up a script with many calls, and save the API server work for a
     * wrong token that a client repeats. A withdrawn permission still works for these seconds.
     */
    private static final class RecentDecisions {
        private static final Duration KEPT = Duration.ofSeconds(10);
        private static final Duration INVALID_TOKEN_KEPT = Duration.ofSeconds(5);
        /** This number of decisions takes less than 2 MB. */
        private static final int MOST = 5_000;

        private final Clock clock;
        private final Map<Question, Kept> kept = new LinkedHashMap<>();

        private record Kept(Caller caller, Instant until) {}

        private RecentDecisions(Clock clock) {
            this.clock = clock;
        }

        synchronized Optional<Caller> find(Question question) {
            return Optional.ofNullable(kept.get(question))
                    .filter(found -> clock.instant().isBefore(found.until()))
                    .map(Kept::caller);
        }

        synchronized void keep(Question question, Caller caller) {
            Instant now = clock.instant();
            kept.values().removeIf(old -> !now.isBefore(old.until()));
            if (kept.size() < MOST) {
                Instant until = now.plus(caller.equals(ANONYMOUS) ? INVALID_TOKEN_KEPT : KEPT);
                kept.put(question, new Kept(caller, until));
            }
        }
    }
}
