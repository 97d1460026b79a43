package io.crmventas.tasks.operator.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.contract.TimeText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The operator gives the same answers as the Go library in Kubernetes. {@code e2e/vectors} records its answers. */
class CronVectorsTest {
    private static final List<String[]> VECTORS = read();

    @Test
    void acceptsTheExpressionsThatKubernetesAccepts() {
        List<String[]> vectors =
                Stream.concat(vectors("accept"), vectors("reject")).toList();
        assertTrue(vectors.size() >= 1_000, () -> vectors.size() + " vectors");
        assertAgrees(
                vectors,
                row -> row[0],
                row -> KubernetesSchedules.ofStatus(row[1].translateEscapes(), "Etc/UTC")
                                .isPresent()
                        ? "accept"
                        : "reject");
    }

    @Test
    void findsTheNextScheduledTimeThatKubernetesFinds() {
        List<String[]> vectors = vectors("next").toList();
        assertTrue(vectors.size() >= 5_000, () -> vectors.size() + " vectors");
        assertAgrees(vectors, row -> row[4], row -> text(schedule(row).next(Instant.parse(row[3]))));
    }

    @Test
    void findsTheScheduledTimesThatTheCronJobControllerFinds() {
        List<String[]> vectors = vectors("controller").toList();
        assertTrue(vectors.size() >= 1_000, () -> vectors.size() + " vectors");
        assertAgrees(vectors, row -> row[6] + " then " + row[7], row -> {
            Instant created = Instant.parse(row[3]);
            LastScheduleTime from = new LastScheduleTime(TimeText.parse(row[4]), created);
            Instant now = Instant.parse(row[5]);
            return text(from.mostRecentDue(schedule(row), now)) + " then " + text(from.nextRun(schedule(row), now));
        });
    }

    private static Schedule schedule(String[] row) {
        return KubernetesSchedules.read(row[1], ZoneId.of(row[2]));
    }

    private static void assertAgrees(
            List<String[]> vectors, Function<String[], String> expected, Function<String[], String> actual) {
        List<String> differences = vectors.stream()
                .filter(row -> !expected.apply(row).equals(actual.apply(row)))
                .map(row -> String.join(" | ", row) + " but was " + actual.apply(row))
                .toList();
        assertEquals(List.of(), differences);
    }

    private static String text(Optional<Instant> scheduledTime) {
        return scheduledTime.map(Instant::toString).orElse("none");
    }

    private static Stream<String[]> vectors(String kind) {
        return VECTORS.stream().filter(row -> row[0].equals(kind));
    }

    private static List<String[]> read() {
        try (var in = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(CronVectorsTest.class.getResourceAsStream("/schedule/robfig-vectors.tsv")),
                UTF_8))) {
            return in.lines()
                    .map(line -> line.split("\t", -1))
                    .filter(row -> row[0].equals("reject") || canBeStored(row[1]))
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException("reading the vectors", unreadable);
        }
    }

    /** Go also reads fractions and signs in {@code @every}. The rules of {@code spec.schedule} refuse them. */
    private static boolean canBeStored(String schedule) {
        return !schedule.startsWith("@every") || schedule.matches("@every ([0-9]{1,6}[hms])+");
    }
}
