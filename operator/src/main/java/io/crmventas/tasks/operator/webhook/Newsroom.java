package io.crmventas.tasks.operator.webhook;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.Breaker;
import io.crmventas.tasks.operator.status.StatusChange;
import io.crmventas.tasks.operator.status.Suspension;
import io.crmventas.tasks.operator.webhook.News.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which changes of a status are news. A task that goes on failing is none, nor is one that goes on working. */
final class Newsroom {
    private static final String TRUE = "True";
    private static final String FALSE = "False";

    private Newsroom() {}

    static List<News> of(StatusChange change) {
        return Stream.of(lastRun(change), freshness(change), breaker(change))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<News> lastRun(StatusChange change) {
        return Turn.of(change, "LastRunSucceeded").flatMap(turn -> switch (turn.to()) {
            case FALSE -> Optional.of(news(change, Kind.FAILED, turn));
            // The first success of a task is no recovery; after a result that nobody knows it is one only if the
            // task had failed before, which its failures in a row tell.
            case TRUE ->
                turn.from().equals(FALSE) || failed(change.previous())
                        ? Optional.of(news(change, Kind.RECOVERED, turn))
                        : Optional.empty();
            default -> Optional.empty();
        });
    }

    private static Optional<News> freshness(StatusChange change) {
        return Turn.of(change, "Fresh").flatMap(turn -> switch (turn.to()) {
            case FALSE -> Optional.of(news(change, Kind.STALE, turn));
            case TRUE -> turn.from().equals(FALSE) ? Optional.of(news(change, Kind.FRESH, turn)) : Optional.empty();
            default -> Optional.empty();
        });
    }

    /**
     * Told by the state of the breaker, not by condition Suspended: that may be True for another cause, all the time.
     * Nor does a task go on whose breaker closes while something else stops it.
     */
    private static Optional<News> breaker(StatusChange change) {
        Breaker before = change.previous() == null ? null : change.previous().breaker();
        Breaker now = change.next().breaker();
        if (before == null && now != null) {
            return Optional.of(news(change, Kind.PAUSED, opened(now, change.next())));
        }
        if (before != null && now == null) {
            return Turn.now(change, "Suspended")
                    .filter(suspended -> suspended.to().equals(FALSE))
                    .map(turn -> News.of(
                            change.task(), Kind.RESUMED, Instant.parse(before.openedTime()), turn, change.next()));
        }
        return Optional.empty();
    }

    private static Turn opened(Breaker breaker, CrmScheduledTaskStatus status) {
        Suspension suspension = Suspension.breakerOpen(breaker, status);
        return new Turn(
                Instant.parse(breaker.openedTime()),
                FALSE,
                TRUE,
                suspension.reason().text(),
                suspension.explained());
    }

    private static boolean failed(@Nullable CrmScheduledTaskStatus status) {
        return status != null && status.consecutiveFailures() != null && status.consecutiveFailures() > 0;
    }

    private static News news(StatusChange change, Kind kind, Turn turn) {
        return News.of(change.task(), kind, turn.since(), turn, change.next());
    }
}
