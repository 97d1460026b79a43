package io.crmventas.tasks.operator.preflight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.PriorityQueue;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** An operator with a new image finds a thousand tasks whose preflight is due. */
class PreflightRateTest {
    private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");

    private final PreflightRate rate = new PreflightRate();

    private record Task(String uid, Instant due) {}

    @Test
    void aThousandTasksStartTheirPreflightsAtABoundedRate() {
        PriorityQueue<Task> tasks =
                new PriorityQueue<>((one, other) -> one.due().compareTo(other.due()));
        for (int i = 0; i < 1_000; i++) {
            tasks.add(new Task(
                    UUID.nameUUIDFromBytes(new byte[] {(byte) i, (byte) (i >> 8)})
                            .toString(),
                    NOON));
        }
        int started = 0;
        while (!tasks.isEmpty()) {
            Task task = tasks.remove();
            if (rate.take(false, task.due())) {
                started++;
                long allowed = PreflightRate.BURST
                        + task.due().minusMillis(NOON.toEpochMilli()).toEpochMilli() / 200;
                assertTrue(started <= allowed, started + " at " + task.due());
            } else {
                tasks.add(new Task(task.uid(), PreflightRate.retry(task.uid(), false, task.due())));
            }
            assertTrue(task.due().isBefore(NOON.plusSeconds(900)), "each preflight starts within 15 minutes");
        }
        assertEquals(1_000, started);
    }

    @Test
    void aNewTaskDoesNotWaitForTheOtherTasks() {
        for (int i = 0; i < 1_000; i++) {
            rate.take(false, NOON);
        }
        for (int i = 0; i < PreflightRate.RESERVED; i++) {
            assertTrue(rate.take(true, NOON));
        }
        assertEquals(false, rate.take(true, NOON));
        assertTrue(rate.take(true, NOON.plusSeconds(1)));
    }
}
