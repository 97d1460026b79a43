package io.crmventas.tasks.operator.control;

import java.util.List;

/** The answer to a request for a run. */
public sealed interface RunOutcome {
    /** @param job that the leader starts, or started already */
    record Accepted(String job) implements RunOutcome {}

    /** No run starts, now or later. */
    record Refused(String reason, String message) implements RunOutcome {}

    /** @param dryRun what an earlier request with this token asked for */
    record OtherOptions(boolean dryRun) implements RunOutcome {}

    record Busy(List<String> active) implements RunOutcome {}

    /** Another request waits for the leader. */
    record Pending() implements RunOutcome {}

    /** The task was deleted. */
    record Gone() implements RunOutcome {}
}
