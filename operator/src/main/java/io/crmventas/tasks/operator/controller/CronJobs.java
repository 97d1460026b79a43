package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.contract.TimeText;
import io.crmventas.tasks.operator.config.Catalog.UnknownName;
import io.crmventas.tasks.operator.config.RunnerSettings;
import io.crmventas.tasks.operator.controller.CronJobWriter.KnownStarts;
import io.crmventas.tasks.operator.resources.CronJobFactory;
import io.crmventas.tasks.operator.run.Reason;
import io.crmventas.tasks.operator.run.RunProblem;
import io.crmventas.tasks.operator.schedule.LastScheduleTime;
import io.crmventas.tasks.operator.schedule.ScheduleCompiler;
import io.crmventas.tasks.operator.schedule.ScheduleCompiler.CompiledSchedule;
import io.crmventas.tasks.operator.schedule.ScheduleCompiler.Rejected;
import io.crmventas.tasks.operator.status.CronJobState;
import io.crmventas.tasks.operator.status.CronJobState.InPlace;
import io.crmventas.tasks.operator.status.CronJobState.Leftover;
import io.crmventas.tasks.operator.status.CronJobState.Refused;
import io.crmventas.tasks.operator.status.Suspension;
import io.crmventas.tasks.operator.watch.Watches;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Keeps the one CronJob of a task as the task defines it. It sends a request only when something differs. */
final class CronJobs {

    /** The API server answers with these codes when the CronJob differs from the cache or is deleted. */
    private static final Set<Integer> CHANGED_SINCE =
            Set.of(HttpURLConnection.HTTP_CONFLICT, HttpURLConnection.HTTP_NOT_FOUND);

    private static final int UNPROCESSABLE = 422;

    private final KubernetesClient client;
    private final RunnerSettings settings;
    private final Watches watches;
    private final CronJobWriter writer;
    private final EventReader events;
    private final AtomicReference<@Nullable Instant> firstReconcile = new AtomicReference<>();

    CronJobs(KubernetesClient client, RunnerSettings settings, Watches watches, EventReader events) {
        this.client = client;
        this.settings = settings;
        this.watches = watches;
        this.writer = new CronJobWriter(client, watches);
        this.events = events;
    }

    CronJobState write(CrmScheduledTask task, Suspension suspension, KnownStarts starts, FailedCalls failed) {
        firstReconcile.compareAndSet(null, starts.now());
        Optional<CronJob> cached = cached(task);
        try {
            return writeAgainstLive(task, cached, suspension, starts);
        } catch (KubernetesClientException refusal) {
            if (!FailedCalls.refused(refusal)) {
                String call = "read or write CronJob " + task.name();
                failed.add(call, refusal);
                String why = "The operator could not read or write the CronJob: " + FailedCalls.answer(refusal) + ".";
                return new Refused(Reason.API_ERROR, why, cached.map(CronJobs::leftover));
            }
            String why = "Kubernetes refused the CronJob: " + FailedCalls.answer(refusal);
            return new Refused(refusal(refusal.getCode()), why, cached.map(CronJobs::leftover));
        } catch (CronJobWriter.Contested contested) {
            String why =
                    "Another client or an admission webhook changes CronJob %s whenever the operator has restored it, now at %s."
                            .formatted(task.name(), contested.getMessage());
            return new Refused(Reason.CRON_JOB_CONTESTED, why, cached.map(CronJobs::leftover));
        }
    }

    /**
     * Reads the live CronJob, because the cache can be late. The cache also holds only CronJobs with our labels, and a
     * CronJob without them can still own this name.
     */
    private CronJobState writeAgainstLive(
            CrmScheduledTask task, Optional<CronJob> cached, Suspension suspension, KnownStarts starts) {
        try {
            return write(task, cached, suspension, starts);
        } catch (KubernetesClientException failed) {
            if (!CHANGED_SINCE.contains(failed.getCode())) {
                throw failed;
            }
            return write(task, live(task), suspension, starts);
        }
    }

    private CronJobState write(
            CrmScheduledTask task, Optional<CronJob> known, Suspension suspension, KnownStarts starts) {
        Optional<CronJob> foreign = known.filter(cronJob -> !CronJobFactory.owns(task, cronJob));
        if (foreign.isPresent()) {
            return ForeignCronJob.refuse(task, foreign.get(), client);
        }
        Optional<UnknownName> unknown = settings.catalog().unknownName(task);
        if (unknown.isPresent()) {
            return suspended(
                    task, Reason.of(unknown.get().reason()), unknown.get().message(), known, starts.now());
        }
        return switch (ScheduleCompiler.compile(task)) {
            case CompiledSchedule compiled -> inPlace(task, compiled, known, suspension, starts);
            case Rejected rejected ->
                suspended(task, Reason.INVALID_SCHEDULE, Reason.sentence(rejected.message()), known, starts.now());
        };
    }

    /** The owner of the task can correct only a fault of the CronJob itself. */
    private static Reason refusal(int code) {
        return code == HttpURLConnection.HTTP_BAD_REQUEST || code == UNPROCESSABLE
                ? Reason.CRON_JOB_REJECTED
                : Reason.CRON_JOB_FORBIDDEN;
    }

    /** Searches only CronJobs with our labels. If a foreign one has the name, the create call answers AlreadyExists. */
    private Optional<CronJob> cached(CrmScheduledTask task) {
        return watches.informers().cronJobs().getSecondaryResources(task).stream()
                .filter(cronJob -> cronJob.getMetadata().getName().equals(task.name()))
                .findFirst();
    }

    private Optional<CronJob> live(CrmScheduledTask task) {
        return Optional.ofNullable(client.batch()
                .v1()
                .cronjobs()
                .inNamespace(task.namespace())
                .withName(task.name())
                .get());
    }

    private InPlace inPlace(
            CrmScheduledTask task,
            CompiledSchedule compiled,
            Optional<CronJob> ours,
            Suspension suspension,
            KnownStarts starts) {
        CronJob desired = CronJobFactory.create(task, compiled, suspension.suspends(), settings);
        CronJob cronJob = writer.write(desired, compiled.schedule(), ours, starts);
        LastScheduleTime last = CronJobWriter.lastScheduleTime(cronJob, starts.newest());
        return new InPlace(
                cronJob.getMetadata().getName(),
                compiled.cronJobSchedule(),
                compiled.timeZone(),
                suspension,
                last.lastScheduleTime(),
                last.nextRun(compiled.schedule(), starts.now()),
                compiled.schedule()
                        .next(last.since())
                        .filter(due ->
                                !suspension.suspends() && !starts.now().isBefore(due.plus(Requeue.START_PATIENCE)))
                        .flatMap(due -> events.ofCronJob(task, due)
                                .map(answer -> new RunProblem(
                                        Reason.JOB_REJECTED, "Kubernetes starts no scheduled run: " + answer))
                                .or(() -> overdue(task, due, starts.now()))));
    }

    /**
     * Asks the API server, because a watch can be silent for minutes. While a run is active, or after the CronJob's
     * deadline, Kubernetes starts no run on purpose. After an outage of the cluster the CronJob controller can start
     * later than this operator, and then catches up.
     */
    private Optional<RunProblem> overdue(CrmScheduledTask task, Instant due, Instant now) {
        Instant latest = now.minus(Requeue.LONGEST_SILENCE);
        Instant first = Objects.requireNonNullElse(firstReconcile.get(), now);
        if (due.isAfter(latest) || first.isAfter(latest)) {
            return Optional.empty();
        }
        return live(task)
                .filter(cronJob -> cronJob.getSpec().getStartingDeadlineSeconds() == null)
                .filter(cronJob -> cronJob.getStatus() == null
                        || cronJob.getStatus().getActive().isEmpty())
                .filter(cronJob -> lastScheduleTime(cronJob).orElse(Instant.MIN).isBefore(due))
                .map(_ -> new RunProblem(Reason.START_OVERDUE, "Kubernetes has not started the run of " + due + "."));
    }

    /**
     * Suspends the CronJob and changes nothing else. Runs by an outdated schedule would surprise the owner more than no
     * runs, and only the missing entry of the catalog shows what the pods should be.
     */
    private Refused suspended(
            CrmScheduledTask task, Reason reason, String fault, Optional<CronJob> known, Instant now) {
        // Another client can have removed our labels, and then only the API server knows the CronJob.
        Optional<CronJob> ours = known.or(() -> live(task).filter(cronJob -> CronJobFactory.owns(task, cronJob)));
        return new Refused(
                reason,
                fault + (ours.isPresent() ? " Its CronJob is suspended." : ""),
                ours.map(old -> leftover(writer.suspend(old, task.uid(), now))));
    }

    static Leftover leftover(CronJob cronJob) {
        return new Leftover(
                cronJob.getMetadata().getName(),
                Boolean.TRUE.equals(cronJob.getSpec().getSuspend()),
                lastScheduleTime(cronJob));
    }

    static Optional<Instant> lastScheduleTime(CronJob cronJob) {
        return Optional.ofNullable(cronJob.getStatus()).flatMap(status -> TimeText.parse(status.getLastScheduleTime()));
    }
}
