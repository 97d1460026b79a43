package io.crmventas.tasks.operator.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.operator.webhook.WebhookDelivery.Backoff;
import java.time.Duration;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {

    /** The README promises about a quarter of an hour, which is 10 to 20 minutes. */
    @Test
    void theUsualAttemptsLastAboutAQuarterOfAnHour() {
        Duration least = total(Backoff.USUAL::least);
        Duration most = total(Backoff.USUAL::most);
        assertEquals(10, least.toMinutes());
        assertEquals(20, most.toMinutes());
        assertEquals(15, least.plus(most).dividedBy(2).toMinutes());
    }

    @Test
    void halfOfAWaitIsFixedAndHalfOfItRandom() {
        Backoff backoff = new Backoff(9, Duration.ofSeconds(1), Duration.ofSeconds(5));
        assertEquals(Duration.ofMillis(500), backoff.least(1));
        assertEquals(Duration.ofSeconds(1), backoff.most(1));
        assertEquals(Duration.ofSeconds(4), backoff.most(3));
        assertEquals(Duration.ofSeconds(5), backoff.most(4));
        for (int attempt = 1; attempt <= 99; attempt++) {
            Duration wait = backoff.after(attempt);
            assertTrue(wait.compareTo(backoff.least(attempt)) >= 0, wait.toString());
            assertTrue(wait.compareTo(backoff.most(attempt)) <= 0, wait.toString());
        }
    }

    /** @return the sum of the waits between all attempts */
    private static Duration total(IntFunction<Duration> wait) {
        return IntStream.range(1, Backoff.USUAL.attempts()).mapToObj(wait).reduce(Duration.ZERO, Duration::plus);
    }
}
