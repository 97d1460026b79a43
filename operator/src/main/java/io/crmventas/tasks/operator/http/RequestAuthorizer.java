package io.crmventas.tasks.operator.http;

import io.crmventas.tasks.operator.control.Authorizer;
import io.crmventas.tasks.operator.control.Authorizer.Decision.Anonymous;
import io.crmventas.tasks.operator.control.Authorizer.Decision.Forbidden;
import io.crmventas.tasks.operator.control.Authorizer.Decision.Granted;
import io.crmventas.tasks.operator.control.Authorizer.Decision.Known;
import io.crmventas.tasks.operator.control.Authorizer.Decision.Unavailable;
import io.crmventas.tasks.operator.control.Permission;
import io.crmventas.tasks.operator.http.Answer.Refusal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Refuses a request whose caller Kubernetes does not know or does not allow. */
public record RequestAuthorizer(Authorizer authorizer) {
    private static final Logger LOG = LoggerFactory.getLogger(RequestAuthorizer.class);

    /** @return the user's name in Kubernetes */
    public String authorize(Request request, Permission permission) {
        return switch (review(request, permission)) {
            case Granted(String user) -> user;
            case Forbidden(String user, String why) -> {
                LOG.atWarn().addKeyValue("user", user).log("The operator refused a call: {}", why);
                throw new Refusal(Answer.FORBIDDEN, why);
            }
        };
    }

    /** Refuses a request only when Kubernetes does not know its caller or does not answer. */
    public Known review(Request request, Permission permission) {
        return switch (authorizer.decide(request.bearerToken(), permission)) {
            case Known known -> known;
            case Anonymous(String why) ->
                throw new Refusal(Answer.error(Answer.UNAUTHORIZED, why).with("WWW-Authenticate", "Bearer"));
            case Unavailable _ -> throw new Refusal(unavailable("nothing was done"));
        };
    }

    static Answer unavailable(String consequence) {
        return Answer.error(Answer.UNAVAILABLE, "Kubernetes does not answer as it should; " + consequence)
                .with("Retry-After", "5");
    }
}
