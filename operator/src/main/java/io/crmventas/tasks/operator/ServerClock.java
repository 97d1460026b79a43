package io.crmventas.tasks.operator;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the API server's time, from the Date header of its answers. Kubernetes starts runs by its own clocks. With a
 * wrong clock of its node, the operator would let Kubernetes start a past run, or count a future start as missed.
 */
public final class ServerClock extends Clock {
    private static final Logger LOG = LoggerFactory.getLogger(ServerClock.class);
    /** Answers have whole seconds and can be late, so they are less accurate than synchronized clocks. */
    private static final Duration ACCURACY = Duration.ofSeconds(10);

    private final Clock own;
    private volatile Duration ahead = Duration.ZERO;
    private Duration observed = Duration.ZERO;
    private Instant observedSince = Instant.EPOCH;
    private boolean settled;

    public ServerClock() {
        this(Clock.systemUTC());
    }

    ServerClock(Clock own) {
        this.own = own;
    }

    /** Reads the time of every answer to the client that is being built. */
    public void listenTo(HttpClient.Builder client) {
        client.addOrReplaceInterceptor("server-clock", new Interceptor() {
            @Override
            public void after(
                    HttpRequest request, HttpResponse<?> response, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
                String date = response.header("Date");
                if (date != null) {
                    observe(date);
                }
            }
        });
    }

    /**
     * Uses an answer that agrees with an earlier one, because a single answer can be late. After a pause of the network
     * or of this process many late answers come together, so the earlier answer must be {@link #ACCURACY} old. At the
     * start any two answers are enough, because until then the node's clock can be wrong.
     */
    synchronized void observe(String date) {
        Duration difference;
        try {
            Instant answered = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date));
            difference = Duration.between(own.instant(), answered);
        } catch (DateTimeException foreign) {
            return;
        }
        Instant now = own.instant();
        if (!near(difference, observed)) {
            observed = difference;
            observedSince = now;
            return;
        }
        boolean confirmed = !settled || !now.isBefore(observedSince.plus(ACCURACY));
        settled = true;
        if (confirmed && !near(difference, ahead)) {
            ahead = near(difference, Duration.ZERO) ? Duration.ZERO : difference;
            LOG.atWarn()
                    .addKeyValue("ahead", ahead)
                    .log(
                            "The clock of the API server differs from the clock of this node; the operator uses the time of the API server");
        }
    }

    @Override
    public Instant instant() {
        return own.instant().plus(ahead);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return Clock.fixed(instant(), zone);
    }

    private static boolean near(Duration one, Duration other) {
        return one.minus(other).abs().compareTo(ACCURACY) <= 0;
    }
}
