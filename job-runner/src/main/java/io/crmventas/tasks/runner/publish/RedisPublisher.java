package io.crmventas.tasks.runner.publish;

import io.crmventas.tasks.runner.task.Publication;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Tells Redis what was committed, within two seconds all in all. The conversation runs on a daemon thread that is
 * left behind when the time is up: no socket time-out stops a server that sends a byte now and then.
 */
public final class RedisPublisher {
    /** Two seconds less what it takes to notice. */
    public static final Duration LIMIT = Duration.ofMillis(1800);

    /**
     * How it went.
     *
     * @param report as {@code redis} in the run's report
     */
    public record Status(String report, Optional<String> warning) {
        private static Status unavailable(String why) {
            return new Status("unavailable", Optional.of("redis: " + why));
        }
    }

    private final RedisTarget target;

    public RedisPublisher(RedisTarget target) {
        this.target = target;
    }

    /** Never fails; with nothing to tell it does not even look whether Redis is there. */
    public Status publish(List<Publication> publications) {
        // A switch over types is linked when it is first used, which costs every run some milliseconds.
        if (target instanceof RedisTarget.Unusable(String why)) {
            return Status.unavailable(why);
        }
        if (target instanceof RedisTarget.Server server) {
            return publications.isEmpty()
                    ? new Status("unknown", Optional.empty())
                    : within(LIMIT, server, publications);
        }
        return new Status("disabled", Optional.empty());
    }

    private static Status within(Duration limit, RedisTarget.Server server, List<Publication> publications) {
        CompletableFuture<Status> done = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("redis").start(() -> {
            try {
                RedisPipeline.send(server, publications, (int) limit.toMillis());
                done.complete(new Status("available", Optional.empty()));
            } catch (RuntimeException | LinkageError failed) {
                done.complete(Status.unavailable(text(failed)));
            }
        });
        try {
            return done.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException slow) {
            return Status.unavailable("no complete answer within " + limit.toMillis() + " ms");
        } catch (InterruptedException | ExecutionException neverHere) {
            return Status.unavailable(text(neverHere));
        }
    }

    private static String text(Throwable failed) {
        Throwable cause = failed.getCause();
        return failed.getMessage()
                + (cause == null ? "" : ": " + cause.getClass().getSimpleName() + " " + cause.getMessage());
    }
}
