package io.crmventas.tasks.runner.run;

import io.crmventas.tasks.contract.DurationText;
import io.crmventas.tasks.runner.connection.SqlFault;
import io.crmventas.tasks.runner.report.Reason;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Why an attempt did not come to its end.
 *
 * @param passing another attempt may do better
 */
public record Failure(
        Reason reason, String message, @Nullable String step, boolean passing) {

    /** Leaves a step whose work cannot go on; the step's name is added where it is caught. */
    static final class InStep extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final Reason reason;

        private final boolean passing;

        InStep(Reason reason, String message, boolean passing) {
            super(message, null, false, false);
            this.reason = reason;
            this.passing = passing;
        }

        Failure at(@Nullable String step) {
            return new Failure(reason, String.valueOf(getMessage()), step, passing);
        }
    }

    /** A stopped run fails with some error of the driver; what stopped it is the reason. */
    static Failure of(Exception error, @Nullable String step, StopSwitch stop) {
        Failure failure = switch (error) {
            case InStep inStep -> inStep.at(step);
            case SQLException sql -> {
                SqlFault fault = SqlFault.of(sql);
                yield new Failure(fault.reason(), fault.message(), step, fault.passing());
            }
            default -> internal(error, step);
        };
        return stop.cause().map(cause -> stopped(cause, step, stop)).orElse(failure);
    }

    /** A fault of ours: its kind and place help whoever mends it. */
    public static Failure internal(Throwable error, @Nullable String step) {
        StackTraceElement[] trace = error.getStackTrace();
        return new Failure(Reason.INTERNAL_ERROR, error + (trace.length == 0 ? "" : " at " + trace[0]), step, false);
    }

    static Failure stopped(StopSwitch.Cause cause, @Nullable String step, StopSwitch stop) {
        return switch (cause) {
            case DEADLINE ->
                new Failure(
                        Reason.DEADLINE_EXCEEDED,
                        "stopped after " + DurationText.format(stop.limit())
                                + ", 90 % of the timeout; what was not committed is undone."
                                + " Raise the task's timeout if this is what the database needs",
                        step,
                        false);
            case SIGNAL ->
                new Failure(
                        Reason.TERMINATED,
                        "ended by a termination signal; what was not committed is undone, and the next run does it",
                        step,
                        false);
        };
    }

    Failure because(String more) {
        return new Failure(reason, message + " (" + more + ")", step, passing);
    }
}
