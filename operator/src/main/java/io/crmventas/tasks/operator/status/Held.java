package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.Condition;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.operator.run.ObservedRun.Finished;
import io.crmventas.tasks.operator.run.ObservedRun.Unreported;
import io.crmventas.tasks.operator.run.RunProblem;
import io.crmventas.tasks.operator.run.RunProblem.Cause;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The message of condition Running while a run is held up, written and read again: when its deadline ends a pod that
 * never started, the kubelet wipes out why it did not, and only the condition still knows.
 */
final class Held {
    /** What is left of a run whose pod was held up until its deadline. */
    private static final Set<Cause> HIDDEN = Set.of(Cause.NOT_STARTED, Cause.NO_POD);

    private Held() {}

    /** Kubernetes words one and the same problem in turns (ErrImagePull, ImagePullBackOff): the first word stays. */
    static String message(Conditions conditions, String job, RunProblem problem) {
        Reason reason = RunRecords.reason(problem.cause());
        return conditions
                .previous(Conditions.RUNNING)
                .filter(old ->
                        old.reason().equals(reason.text()) && old.message().startsWith(start(job)))
                // Why no pod is created is known only after the API server was asked.
                .filter(_ -> problem.cause() != Cause.NO_POD)
                .map(Condition::message)
                .orElseGet(() -> reason.explain(start(job) + sentence(problem.detail())));
    }

    static Finished remembered(Finished run, @Nullable CrmScheduledTaskStatus previous) {
        if (previous == null || !(run instanceof Unreported ended) || !HIDDEN.contains(ended.cause())) {
            return run;
        }
        return Conditions.find(previous.conditions(), Conditions.RUNNING)
                .filter(condition ->
                        condition.message().startsWith(start(ended.identity().jobName())))
                .flatMap(condition -> problem(condition, ended.identity().jobName()))
                .map(known -> new Unreported(
                        ended.identity(), ended.completionTime(), ended.attempts(), known.cause(), known.detail()))
                .orElse(ended);
    }

    private static Optional<RunProblem> problem(Condition condition, String job) {
        return Arrays.stream(Cause.values())
                .filter(why -> RunRecords.reason(why).text().equals(condition.reason()))
                .findFirst()
                .map(why -> new RunProblem(
                        why,
                        condition
                                .message()
                                .substring(start(job).length())
                                .replace(" " + RunRecords.reason(why).remedy(), "")));
    }

    private static String start(String job) {
        return "Job " + job + " does not get on. ";
    }

    static String sentence(String text) {
        return text.endsWith(".") ? text : text + ".";
    }
}
