package io.crmventas.tasks.operator.control;

import io.crmventas.tasks.operator.desired.Sha256;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Answers of Kubernetes for a few seconds, so that a script of many calls is not slowed down. A right that was just
 * given works at once, for a refusal is not kept; one that was taken, after those seconds.
 */
final class RecentReviews {
    private static final Duration KEPT = Duration.ofSeconds(10);
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
        if (!(access instanceof Access.Granted)) {
            return;
        }
        Instant now = clock.instant();
        answers.values().removeIf(answer -> !now.isBefore(answer.until()));
        if (answers.size() < MOST) {
            answers.put(new Question(Sha256.hex(token), deed), new Answer(access, now.plus(KEPT)));
        }
    }
}
