package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.resources.CronJobDrift;
import io.crmventas.tasks.operator.resources.TaskLabels;
import io.crmventas.tasks.operator.schedule.LastScheduleTime;
import io.crmventas.tasks.operator.schedule.Schedule;
import io.crmventas.tasks.operator.watch.CacheTrimming;
import io.crmventas.tasks.operator.watch.Watches;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobTemplateSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the CronJob of a task. It sends no request when the CronJob is right. The process can die after each step: the
 * state at that moment starts no unexpected run, and the next reconcile continues from it.
 */
final class CronJobWriter {
    private static final Logger LOG = LoggerFactory.getLogger(CronJobWriter.class);

    /** The operator writes existing objects with JSON Patch (RFC 6902). */
    static final PatchContext JSON_PATCH = new PatchContext.Builder()
            .withPatchType(PatchType.JSON)
            .withFieldManager("crm-task-operator")
            .build();

    private static final PatchContext JSON_MERGE = PatchContext.of(PatchType.JSON_MERGE);

    /** {@link RepairBudgets} uses this state for a suspension. */
    private static final String SUSPENDED = "suspended";

    private final KubernetesClient client;
    private final Watches watches;
    private final RepairBudgets repairs = new RepairBudgets();
    private final AdmittedTemplates admitted = new AdmittedTemplates();

    /**
     * Holds the scheduled times of a task that are known when the operator writes its CronJob.
     *
     * @param newest the newest scheduled time of the Jobs, which often appear before the CronJob's own status changes
     * @param skipDue whether Kubernetes must skip the scheduled times up to now, because a run is active
     * @param countFrom the earliest scheduled time that a changed or resumed CronJob may start
     */
    record KnownStarts(Optional<Instant> newest, boolean skipDue, Instant countFrom, Instant now) {}

    /** Another client changes the CronJob after each repair, so the operator waits before the next repair. */
    static final class Contested extends RuntimeException {
        private static final long serialVersionUID = 1;

        Contested(String difference) {
            super(difference, null, false, false);
        }
    }

    CronJobWriter(KubernetesClient client, Watches watches) {
        this.client = client;
        this.watches = watches;
    }

    /**
     * Creates or corrects the CronJob. It also moves {@code status.lastScheduleTime}, from which Kubernetes counts. So
     * no past time starts after a change or after an active run, and an {@code @every} schedule keeps its fixed grid.
     *
     * @throws Contested when the operator has restored it too often
     */
    CronJob write(CronJob desired, Schedule schedule, Optional<CronJob> live, KnownStarts starts) {
        if (Boolean.TRUE.equals(desired.getSpec().getSuspend())) {
            return apply(desired, live, starts.now());
        }
        CronJob current = apply(desired, live.map(old -> beforeChange(old, desired, schedule, starts)), starts.now());
        CronJob onGrid =
                move(current, lastScheduleTime(current, Optional.empty()).onto(schedule, starts.now()));
        boolean active =
                onGrid.getStatus() != null && !onGrid.getStatus().getActive().isEmpty();
        return starts.skipDue() && active
                ? move(onGrid, lastScheduleTime(onGrid, starts.newest()).pastOverlapped(schedule, starts.now()))
                : onGrid;
    }

    private CronJob beforeChange(CronJob old, CronJob desired, Schedule schedule, KnownStarts starts) {
        return changesStarts(old, desired)
                ? move(
                        old,
                        lastScheduleTime(old, starts.newest())
                                .beforeChangeTo(schedule, suspended(old), starts.countFrom()))
                : old;
    }

    private CronJob apply(CronJob desired, Optional<CronJob> live, Instant now) {
        String task = Objects.requireNonNull(desired.getMetadata().getLabels().get(TaskLabels.TASK_UID));
        String state = CronJobDrift.state(desired);
        Optional<String> drift = live.isEmpty()
                ? Optional.of("/")
                : CronJobDrift.between(admitted.applyTo(desired, live.get()), live.get());
        if (drift.isEmpty()) {
            return live.get();
        }
        if (!repairs.allows(task, state, now)) {
            throw new Contested(drift.get());
        }
        CronJob answer = live.isEmpty()
                ? client.resource(desired).create()
                : client.resource(named(live.get())).patch(JSON_PATCH, CronJobDrift.patch(live.get(), desired));
        repairs.spend(task, state, now);
        written(answer, live, live.isEmpty() ? "CronJob created" : "CronJob corrected", drift.get());
        if (!admitted.keep(desired, answer, watches::tasks) && !repairs.allows(task, state, now)) {
            // The CronJob is right only for a moment. If Ready followed each repair, it would change all the time.
            throw new Contested(drift.get());
        }
        return answer;
    }

    /**
     * Suspends a CronJob and changes nothing else. If another client resumes it each time, the operator suspends it
     * once a minute at most.
     */
    CronJob suspend(CronJob old, String taskUid, Instant now) {
        if (suspended(old) || !repairs.allows(taskUid, SUSPENDED, now)) {
            return old;
        }
        CronJob suspended = client.resource(named(old)).patch(JSON_MERGE, "{\"spec\":{\"suspend\":true}}");
        repairs.spend(taskUid, SUSPENDED, now);
        return written(suspended, Optional.of(old), "CronJob suspended", "/spec/suspend");
    }

    /** The resource version makes the call fail if the CronJob controller has started a run meanwhile. */
    private CronJob move(CronJob live, Optional<Instant> time) {
        if (time.isEmpty()) {
            return live;
        }
        String patch = "{\"metadata\":{\"resourceVersion\":\"%s\"},\"status\":{\"lastScheduleTime\":\"%s\"}}"
                .formatted(live.getMetadata().getResourceVersion(), time.get());
        CronJob moved = client.resource(named(live)).subresource("status").patch(JSON_MERGE, patch);
        return written(
                moved,
                Optional.of(live),
                "CronJob counts from another scheduled time",
                time.get().toString());
    }

    /** Adds the CronJob to the cache, because the watch may not have reported it before the next reconcile. */
    private CronJob written(CronJob cronJob, Optional<CronJob> before, String what, String difference) {
        LOG.atInfo()
                .addKeyValue("namespace", cronJob.getMetadata().getNamespace())
                .addKeyValue("cronJob", cronJob.getMetadata().getName())
                .addKeyValue("difference", difference)
                .log(what);
        watches.informers().cronJobs().remember(CacheTrimming.metadata(cronJob), before);
        return cronJob;
    }

    private static CronJob named(CronJob live) {
        return new CronJobBuilder().withMetadata(nameOf(live)).build();
    }

    /** Returns whether the change to {@code desired} gives the CronJob other scheduled times. */
    private static boolean changesStarts(CronJob live, CronJob desired) {
        return suspended(live)
                || !Objects.equals(
                        live.getSpec().getSchedule(), desired.getSpec().getSchedule())
                || !Objects.equals(
                        live.getSpec().getTimeZone(), desired.getSpec().getTimeZone());
    }

    private static boolean suspended(CronJob cronJob) {
        return Boolean.TRUE.equals(cronJob.getSpec().getSuspend());
    }

    /** @param newest the newest scheduled time of the Jobs, which the CronJob's own status can lack */
    static LastScheduleTime lastScheduleTime(CronJob cronJob, Optional<Instant> newest) {
        return new LastScheduleTime(
                Stream.concat(CronJobs.lastScheduleTime(cronJob).stream(), newest.stream())
                        .max(Comparator.naturalOrder()),
                Instant.parse(cronJob.getMetadata().getCreationTimestamp()));
    }

    /** Returns only name and namespace, because the client copies the item that it patches. */
    static ObjectMeta nameOf(HasMetadata resource) {
        return new ObjectMetaBuilder()
                .withName(resource.getMetadata().getName())
                .withNamespace(resource.getMetadata().getNamespace())
                .build();
    }

    /**
     * Keeps the Job templates that admission webhooks or policies changed in the operator's own writes, for example by
     * a pull Secret or another registry. To write the same again would have the same result each time.
     */
    static final class AdmittedTemplates {
        private final Map<ResourceID, JobTemplateSpec> byTask = new ConcurrentHashMap<>();

        /** Replaces the desired Job template if the live one was the answer to the operator's own write. */
        CronJob applyTo(CronJob desired, CronJob live) {
            JobTemplateSpec template = live.getSpec().getJobTemplate();
            return template.equals(byTask.get(ResourceID.fromResource(live)))
                    ? new CronJobBuilder(desired)
                            .editSpec()
                            .withJobTemplate(template)
                            .endSpec()
                            .build()
                    : desired;
        }

        /**
         * Keeps the template of this answer, if the cluster changed it, and drops the templates of deleted tasks.
         *
         * @param tasks the existing tasks; most clusters change no template, and then this method does not list them
         * @return whether the cluster changed the Job template of this write, and nothing else
         */
        boolean keep(CronJob desired, CronJob answer, Supplier<List<CrmScheduledTask>> tasks) {
            ResourceID task = ResourceID.fromResource(answer);
            if (CronJobDrift.between(desired, answer).isEmpty()) {
                byTask.remove(task);
                return false;
            }
            byTask.put(task, answer.getSpec().getJobTemplate());
            byTask.keySet()
                    .retainAll(
                            tasks.get().stream().map(ResourceID::fromResource).collect(Collectors.toSet()));
            return CronJobDrift.between(applyTo(desired, answer), answer).isEmpty();
        }
    }

    /**
     * Limits how often the operator restores a CronJob to the same state, because another controller or a second
     * release could undo each repair at once. A change by the task's owner is a new state and never waits.
     */
    static final class RepairBudgets {
        /** So many repairs need no wait after a quiet time, because a person can edit a CronJob several times. */
        static final int BURST = 5;

        static final Duration EACH = Duration.ofMinutes(1);
        private static final int MOST_KEPT = 2_000;

        private final Map<String, Spent> byTask = new LinkedHashMap<>();

        /** @param until the time from which the whole budget is available again */
        private record Spent(String state, Instant until) {}

        /** @param state a hash of what is desired */
        synchronized boolean allows(String taskUid, String state, Instant now) {
            return !next(taskUid, state, now).isAfter(now.plus(EACH.multipliedBy(BURST)));
        }

        /** The caller spends budget only after a repair, because a failed call costs nothing. */
        synchronized void spend(String taskUid, String state, Instant now) {
            Spent spent = new Spent(state, next(taskUid, state, now));
            byTask.remove(taskUid);
            byTask.put(taskUid, spent);
            if (byTask.size() > MOST_KEPT) {
                byTask.remove(byTask.keySet().iterator().next());
            }
        }

        private Instant next(String taskUid, String state, Instant now) {
            Spent spent = byTask.get(taskUid);
            Instant until = spent == null || !spent.state().equals(state) ? now : spent.until();
            return (until.isAfter(now) ? until : now).plus(EACH);
        }
    }
}
