package io.crmventas.tasks.runner.publish;

import io.crmventas.tasks.runner.publish.RedisSettings.RedisTarget;
import io.crmventas.tasks.runner.task.output.Publication;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLHandshakeException;

/**
 * Sends to Redis what was committed, within two seconds. The exchange runs on a daemon thread that the run leaves behind
 * when the time is over, because no socket time-out stops a server that sends a byte now and then.
 */
public record RedisPublisher(RedisTarget target) {
    /** This is 2 s, less the time in which the run notices the end of the limit. */
    public static final Duration LIMIT = Duration.ofMillis(1800);

    /**
     * The result of a publication.
     *
     * @param report the value of {@code redis} in the run's report
     * @param problem empty when all went well
     * @param notConfirmed the number of messages that Redis refused or did not confirm
     */
    public record Status(String report, Optional<String> problem, int notConfirmed) {
        public static final Status UNKNOWN = new Status("unknown", Optional.empty(), 0);

        private static Status unavailable(String problem, int notConfirmed) {
            return new Status("unavailable", Optional.of(problem), notConfirmed);
        }

        /** Adds the waiting messages to the report of a run that ended before it connected to Redis. */
        public Status or(List<Publication> waiting) {
            return equals(UNKNOWN) && !waiting.isEmpty()
                    ? new Status(report, Optional.of("the run ended before it reached Redis"), waiting.size())
                    : this;
        }

        public Optional<String> warning() {
            return problem.map(text -> "redis: " + text
                    + (notConfirmed == 0
                            ? ""
                            : "; Redis did not confirm " + notConfirmed
                                    + " of this run's messages, so the CRM's screens show the new rows only when they"
                                    + " are loaded again"));
        }
    }

    /** Never fails. Without a message it does not connect to Redis. */
    public Status publish(List<Publication> publications) {
        // Java links a switch over types when it is first used, which costs every run some milliseconds.
        if (target instanceof RedisTarget.Unusable(String why)) {
            return Status.unavailable(why, publications.size());
        }
        if (target instanceof RedisTarget.Server server) {
            return publications.isEmpty() ? Status.UNKNOWN : exchange(server, publications);
        }
        return new Status("disabled", Optional.empty(), 0);
    }

    private static Status exchange(RedisTarget.Server server, List<Publication> publications) {
        int count = publications.size();
        return CompletableFuture.supplyAsync(
                        () -> {
                            List<String> refusals = RedisPipeline.send(server, publications, (int) LIMIT.toMillis());
                            return refusals.isEmpty()
                                    ? new Status("available", Optional.empty(), 0)
                                    : Status.unavailable(refusals.getFirst(), refusals.size());
                        },
                        exchange -> Thread.ofPlatform().daemon().name("redis").start(exchange))
                .completeOnTimeout(
                        Status.unavailable("no complete answer within " + LIMIT.toMillis() + " ms", count),
                        LIMIT.toMillis(),
                        TimeUnit.MILLISECONDS)
                .exceptionally(failed ->
                        Status.unavailable(text(Objects.requireNonNullElse(failed.getCause(), failed)), count))
                .join();
    }

    static String text(Throwable failed) {
        // Jedis adds the network error of each address as a suppressed one.
        Throwable cause = failed.getSuppressed().length > 0 ? failed.getSuppressed()[0] : failed.getCause();
        return (cause == null ? failed.getMessage() : failed.getMessage() + ": " + cause)
                + (cause instanceof SSLHandshakeException
                        ? "; write a name of the server's certificate as the host, and put the authority's certificate"
                                + " into the Redis Secret as ca.crt"
                        : "");
    }
}
