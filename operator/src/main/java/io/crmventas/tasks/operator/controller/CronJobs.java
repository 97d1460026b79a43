package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.config.Catalog.UnknownName;
import io.crmventas.tasks.operator.config.RunnerSettings;
import io.crmventas.tasks.operator.resources.CronJobFactory;
import io.crmventas.tasks.operator.schedule.CompiledSchedule;
import io.crmventas.tasks.operator.schedule.CronJobSlots;
import io.crmventas.tasks.operator.schedule.ScheduleCompilation.Rejected;
import io.crmventas.tasks.operator.schedule.ScheduleCompiler;
import io.crmventas.tasks.operator.status.Placement;
import io.crmventas.tasks.operator.status.Placement.InPlace;
import io.crmventas.tasks.operator.status.Placement.Leftover;
import io.crmventas.tasks.operator.status.Placement.Refused;
import io.crmventas.tasks.operator.status.Reason;
import io.crmventas.tasks.operator.status.Suspension;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Puts the one CronJob of a task in place: a request is sent only when something is different. */
final class CronJobs {
    /** Answers that say: what was sent cannot be had. Others (conflict, overload, fault) are worth a retry. */
    private static final Set<Integer> REFUSALS = Set.of(400, 403, 404, 422);

    /** Answers that the API server gives when the CronJob is not the one in the cache: it changed, or it is deleted. */
    private static final Set<Integer> CHANGED_SINCE =
            Set.of(HttpURLConnection.HTTP_CONFLICT, HttpURLConnection.HTTP_NOT_FOUND);

    private static final int UNPROCESSABLE = 422;

    private final KubernetesClient client;
    private final RunnerSettings settings;
    private final Repairs repairs = new Repairs();
    private final Refusals refusals;

    CronJobs(KubernetesClient client, RunnerSettings settings, Refusals refusals) {
        this.client = client;
        this.settings = settings;
        this.refusals = refusals;
    }

    Placement place(
            CrmScheduledTask task,
            OwnedInformer<CronJob> cache,
            Suspension suspension,
            Slots slots,
            FailedCalls failed) {
        Optional<CronJob> cached = cached(task, cache);
        try {
            return placeAgainstLive(task, cached, cache, suspension, slots);
        } catch (KubernetesClientException refusal) {
            if (!REFUSALS.contains(refusal.getCode())) {
                String call = "write CronJob " + task.getMetadata().getName();
                failed.add(call, refusal);
                String why = "The operator could not write the CronJob: " + answer(refusal) + ".";
                return new Refused(Reason.API_ERROR, why, cached.map(CronJobs::leftover));
            }
            String why = "Kubernetes refused the CronJob: " + answer(refusal);
            return new Refused(refusal(refusal.getCode()), why, cached.map(CronJobs::leftover));
        } catch (CronJobWriter.Contested contested) {
            String why = "Somebody else changes CronJob %s whenever the operator has restored it, now at %s."
                    .formatted(task.getMetadata().getName(), contested.getMessage());
            return new Refused(Reason.CRON_JOB_CONTESTED, why, cached.map(CronJobs::leftover));
        }
    }

    /** In Kubernetes' words. */
    static String answer(KubernetesClientException refusal) {
        return Optional.ofNullable(refusal.getStatus())
                .map(status -> status.getMessage())
                .orElse("HTTP " + refusal.getCode());
    }

    /**
     * Where the cache is wrong, the live CronJob decides. The cache can be late, and it holds our own CronJobs only: a
     * CronJob without our labels can still own this name.
     */
    private Placement placeAgainstLive(
            CrmScheduledTask task,
            Optional<CronJob> cached,
            OwnedInformer<CronJob> cache,
            Suspension suspension,
            Slots slots) {
        try {
            return place(task, cached, cache, suspension, slots);
        } catch (KubernetesClientException failed) {
            if (!CHANGED_SINCE.contains(failed.getCode())) {
                throw failed;
            }
            return place(task, live(task), cache, suspension, slots);
        }
    }

    private Placement place(
            CrmScheduledTask task,
            Optional<CronJob> known,
            OwnedInformer<CronJob> cache,
            Suspension suspension,
            Slots slots) {
        Optional<CronJob> foreign = known.filter(cronJob -> !CronJobFactory.owns(task, cronJob));
        if (foreign.isPresent()) {
            return EarlierCronJob.refuse(task, foreign.get(), client);
        }
        Optional<UnknownName> unknown = settings.catalog().unknownName(task);
        if (unknown.isPresent()) {
            return UnknownEntry.refuse(
                    unknown.get(),
                    ours(task, known),
                    client,
                    cache,
                    repairs.of(task.getMetadata().getUid(), slots.now()));
        }
        return switch (ScheduleCompiler.compile(task)) {
            case CompiledSchedule compiled -> inPlace(task, compiled, known, cache, suspension, slots);
            case Rejected rejected -> suspended(task, rejected, ours(task, known), cache, slots.now());
        };
    }

    /** Only what Kubernetes finds wrong with the CronJob itself is for the owner of the task to mend. */
    private static Reason refusal(int code) {
        return code == HttpURLConnection.HTTP_BAD_REQUEST || code == UNPROCESSABLE
                ? Reason.CRON_JOB_REJECTED
                : Reason.CRON_JOB_FORBIDDEN;
    }

    /** What carries our labels. Whether another has the name, Kubernetes says when one is to be made. */
    private static Optional<CronJob> cached(CrmScheduledTask task, OwnedInformer<CronJob> cache) {
        return cache.getSecondaryResources(task).stream()
                .filter(cronJob -> cronJob.getMetadata()
                        .getName()
                        .equals(task.getMetadata().getName()))
                .findFirst();
    }

    private Optional<CronJob> live(CrmScheduledTask task) {
        return Optional.ofNullable(client.batch()
                .v1()
                .cronjobs()
                .inNamespace(task.getMetadata().getNamespace())
                .withName(task.getMetadata().getName())
                .get());
    }

    /** For those who make none: ours may have lost its labels. */
    private Optional<CronJob> ours(CrmScheduledTask task, Optional<CronJob> known) {
        return known.or(() -> live(task).filter(cronJob -> CronJobFactory.owns(task, cronJob)));
    }

    private InPlace inPlace(
            CrmScheduledTask task,
            CompiledSchedule compiled,
            Optional<CronJob> ours,
            OwnedInformer<CronJob> cache,
            Suspension suspension,
            Slots slots) {
        CronJob desired = CronJobFactory.create(
                task, compiled.cronJobSchedule(), compiled.timeZone(), suspension.suspends(), settings);
        CronJob cronJob = writer(task, cache, slots.now()).bring(desired, compiled, ours, slots);
        Optional<Instant> last = Stream.concat(lastScheduleTime(cronJob).stream(), slots.newest().stream())
                .max(Comparator.naturalOrder());
        Instant created = Instant.parse(cronJob.getMetadata().getCreationTimestamp());
        return new InPlace(
                cronJob.getMetadata().getName(),
                compiled.cronJobSchedule(),
                compiled.timeZone(),
                suspension,
                last,
                CronJobSlots.nextRun(compiled, last.orElse(null), created, slots.now()),
                suspension.suspends()
                        ? Optional.empty()
                        : compiled.schedule()
                                .next(last.orElse(created))
                                .filter(due -> !slots.now().isBefore(due.plus(Rechecks.START_PATIENCE)))
                                .flatMap(due -> refusals.ofCronJob(task, due)));
    }

    /** Running on with a schedule that the task no longer has would surprise more than standing still. */
    private Refused suspended(
            CrmScheduledTask task,
            Rejected rejected,
            Optional<CronJob> ours,
            OwnedInformer<CronJob> cache,
            Instant now) {
        if (ours.isEmpty()) {
            return new Refused(Reason.INVALID_SCHEDULE, sentence(rejected.message()), Optional.empty());
        }
        CronJob old = ours.get();
        CronJob desired = CronJobFactory.create(
                task, old.getSpec().getSchedule(), String.valueOf(old.getSpec().getTimeZone()), true, settings);
        return new Refused(
                Reason.INVALID_SCHEDULE,
                sentence(rejected.message()) + " The CronJob with the earlier schedule is suspended.",
                Optional.of(leftover(writer(task, cache, now).apply(desired, ours))));
    }

    private CronJobWriter writer(CrmScheduledTask task, OwnedInformer<CronJob> cache, Instant now) {
        return new CronJobWriter(client, cache, repairs.of(task.getMetadata().getUid(), now));
    }

    static Leftover leftover(CronJob cronJob) {
        return new Leftover(
                cronJob.getMetadata().getName(),
                Boolean.TRUE.equals(cronJob.getSpec().getSuspend()),
                lastScheduleTime(cronJob));
    }

    static Optional<Instant> lastScheduleTime(CronJob cronJob) {
        return Optional.ofNullable(cronJob.getStatus())
                .map(status -> status.getLastScheduleTime())
                .map(Instant::parse);
    }

    private static String sentence(String text) {
        return text.endsWith(".") ? text : text + ".";
    }
}
