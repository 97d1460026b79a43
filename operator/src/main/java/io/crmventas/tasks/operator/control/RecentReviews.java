package io.crmventas.tasks.operator.control;

import io.crmventas.tasks.operator.resources.Sha256;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Answers of Kubernetes for a few seconds, so that a script of many calls is not slowed down and a wrong token that comes
 * again and again costs the API server little. A permission that was just granted works at once, because a refusal for
 * lack of it is not kept; one that was taken away works for those seconds.
 */
final class RecentReviews {
    private static final Duration KEPT = Duration.ofSeconds(10);
    private static final Duration REFUSAL_KEPT = Duration.ofSeconds(5);
    private static final int MOST = 500;

    private final Clock clock;
    private final Map<Question, Answer> answers = new LinkedHashMap<>();

    /** No token stays in memory. */
    private record Question(String tokenHash, Deed deed) {}

    private record Answer(Access access, Instant until) {}

    RecentReviews(Clock clock) {
        this.clock = clock;
    }

    synchronized Optional<Access> of(String token, Deed deed) {
        Answer answer = answers.get(new Question(Sha256.hex(token), deed));
        return answer == null || !clock.instant().isBefore(answer.until())
                ? Optional.empty()
                : Optional.of(answer.access());
    }

    synchronized void keep(String token, Deed deed, Access access) {
        Duration kept = switch (access) {
            case Access.Granted _ -> KEPT;
            case Access.Stranger _ -> REFUSAL_KEPT;
            case Access.Forbidden _, Access.Unavailable _ -> Duration.ZERO;
        };
        if (kept.isZero()) {
            return;
        }
        Instant now = clock.instant();
        answers.values().removeIf(answer -> !now.isBefore(answer.until()));
        if (answers.size() < MOST) {
            answers.put(new Question(Sha256.hex(token), deed), new Answer(access, now.plus(kept)));
        }
    }
}
