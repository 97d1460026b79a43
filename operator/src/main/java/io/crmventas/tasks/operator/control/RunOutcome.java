package io.crmventas.tasks.operator.control;

import java.util.List;

/** What became of the wish for a run. */
public sealed interface RunOutcome {
    /** @param job that the leader starts, or started already */
    record Accepted(String job) implements RunOutcome {}

    /** Nothing starts, now or later. */
    record Refused(String reason, String message) implements RunOutcome {}

    /** @param dryRun what was asked for under this token before */
    record OtherOptions(boolean dryRun) implements RunOutcome {}

    record Busy(List<String> active) implements RunOutcome {}

    /** Another request waits for the leader. */
    record Pending() implements RunOutcome {}

    record Gone() implements RunOutcome {}
}
