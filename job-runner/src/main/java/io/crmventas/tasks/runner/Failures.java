package io.crmventas.tasks.runner;

import io.crmventas.tasks.contract.RunnerEnvironment;
import io.crmventas.tasks.runner.report.Reason;
import io.crmventas.tasks.runner.run.Failure;
import io.crmventas.tasks.runner.settings.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** Wrong settings as the failure of a run: all of them in one message. */
final class Failures {
    private Failures() {}

    static Failure of(List<Problem> problems) {
        return new Failure(
                reason(problems),
                problems.stream().map(Problem::text).distinct().collect(Collectors.joining("; ")),
                "configuration",
                false);
    }

    private static Reason reason(List<Problem> problems) {
        if (problems.stream().allMatch(problem -> problem.kind() == Problem.Kind.CERTIFICATE)) {
            return Reason.DATABASE_TLS_FAILED;
        }
        if (problems.stream().allMatch(Problem::secret)) {
            return Reason.INVALID_SECRET;
        }
        boolean onlyParameters =
                problems.stream().allMatch(problem -> problem.source().endsWith(RunnerEnvironment.PARAMETERS));
        return onlyParameters ? Reason.INVALID_PARAMETERS : Reason.INVALID_USAGE;
    }
}
