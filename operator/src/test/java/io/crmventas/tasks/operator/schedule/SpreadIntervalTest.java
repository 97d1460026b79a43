package io.crmventas.tasks.operator.schedule;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpreadIntervalTest {

    /** Another value would move the starts of installed tasks with an upgrade. */
    @ParameterizedTest
    @CsvSource({
        "1m, * * * * *",
        "5m, 1-59/5 * * * *",
        "30m, 11-59/30 * * * *",
        "1h, 41 * * * *",
        "2h, 41 1-23/2 * * *",
        "12h, 41 3-23/12 * * *",
        "24h, 41 15 * * *",
    })
    void offsetOfATaskInItsIntervalNeverChanges(String interval, String expected) {
        assertEquals(expected, schedule("notification-checks", Duration.parse("PT" + interval)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60, 120, 180, 240, 360, 480, 720, 1440})
    void startsAreExactlyOneIntervalApartAllDayLong(int minutes) {
        Duration interval = Duration.ofMinutes(minutes);
        for (int task = 0; task < 20; task++) {
            Schedule schedule = KubernetesSchedules.read(schedule("task-" + task, interval));
            Instant first = schedule.next(Instant.parse("2026-03-07T23:59:30Z")).orElseThrow();
            Instant scheduledTime = first;
            for (int step = 1; step <= 2 * 1440 / minutes; step++) {
                scheduledTime = schedule.next(scheduledTime).orElseThrow();
                assertEquals(first.plus(interval.multipliedBy(step)), scheduledTime);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 8, 9, 45, 59, 61, 90, 150, 300, 420, 1439, 1500, 2880, 10080})
    void keepsIntervalsThatDivideNeitherHourNorDay(int minutes) {
        assertTrue(schedule("task", Duration.ofMinutes(minutes)).startsWith("@every "));
    }

    @Test
    void spreadsManyTasksOverTheMinutesOfTheHour() {
        Map<String, Long> perMinute = IntStream.range(0, 600)
                .mapToObj(task -> schedule("task-" + task, Duration.ofHours(1)))
                .collect(groupingBy(fields -> fields, counting()));
        assertEquals(60, perMinute.size());
        assertTrue(Collections.max(perMinute.values()) <= 25, perMinute::toString);
    }

    @Test
    void theSameNameInAnotherNamespaceHasAnotherOffset() {
        List<String> fields = List.of("crm-one", "crm-two", "crm-three").stream()
                .map(namespace -> SpreadInterval.schedule(namespace, "cleanup", Duration.ofHours(24)))
                .toList();
        assertEquals(3, fields.stream().distinct().count(), fields::toString);
    }

    private static String schedule(String name, Duration interval) {
        return SpreadInterval.schedule("crm", name, interval);
    }
}
