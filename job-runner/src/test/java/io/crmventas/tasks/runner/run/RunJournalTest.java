package io.crmventas.tasks.runner.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.report.FailureReason;
import io.crmventas.tasks.runner.task.output.Publication.Message;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RunJournalTest {
    /** After SIGTERM, the termination thread writes the report of a run whose own thread may still work. */
    @Test
    void reportsWhileTheRunStillRecordsItsWork() {
        RunJournal journal = new RunJournal("cleanup", false);
        Failure cause = new Failure(FailureReason.TERMINATED, "ended by a signal");
        Thread run = Thread.ofPlatform().daemon().start(() -> record(journal));

        while (run.isAlive()) {
            assertEquals("Terminated", journal.stopped(cause).report().reason());
        }
        assertEquals(1_000, journal.outcome().publications().size());
    }

    /** A report is easier to compare with the one of another run. */
    @Test
    void reportsTheCountsInTheOrderOfTheRun() {
        RunJournal journal = new RunJournal("cleanup", false);
        List<String> names = IntStream.range(0, 20).mapToObj(i -> "count" + i).toList();
        names.forEach(name -> journal.outcome().count(name, 1));

        Map<String, Long> counts =
                Objects.requireNonNull(journal.ended().report().counts());

        assertEquals(names, List.copyOf(counts.keySet()));
    }

    private static void record(RunJournal journal) {
        for (int work = 0; work < 100_000; work++) {
            if (work % 100 == 0) {
                journal.beginAttempt();
                journal.outcome().publish(new Message("channel", "{}"));
            }
            journal.outcome().count("count" + work % 1_000, 1);
            journal.outcome().warn("warning " + work % 1_000);
            journal.steps().skip("step", "why");
        }
    }
}
