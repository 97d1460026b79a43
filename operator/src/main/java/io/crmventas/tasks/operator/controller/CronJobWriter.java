package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.operator.controller.Watches.OwnedInformer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import io.crmventas.tasks.operator.resources.CronJobDrift;
import io.crmventas.tasks.operator.schedule.LastScheduleTime;
import io.crmventas.tasks.operator.schedule.ScheduleCompilation.CompiledSchedule;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the CronJob of a task, with no request when it is right. Each step may be the last one of this process: the state
 * after it starts no unexpected run, and the next reconcile continues from what it sees.
 */
final class CronJobWriter {
    private static final Logger LOG = LoggerFactory.getLogger(CronJobWriter.class);

    /** How the operator writes what exists already (RFC 6902). */
    static final PatchContext JSON_PATCH = new PatchContext.Builder()
            .withPatchType(PatchType.JSON)
            .withFieldManager("crm-task-operator")
            .build();

    private final KubernetesClient client;
    private final OwnedInformer<CronJob> cache;
    private final RepairBudgets.Budget repairs;

    /**
     * The scheduled times of a task that are known when its CronJob is written.
     *
     * @param newest of the Jobs, which the operator often observes before the CronJob's own status
     * @param skipDue whether Kubernetes must not start the scheduled times so far later, because a run is active
     * @param countFrom a CronJob that is changed or resumed must not start earlier scheduled times
     */
    record KnownStarts(Optional<Instant> newest, boolean skipDue, Instant countFrom, Instant now) {}

    /** Another client changes the CronJob back and forth: the operator leaves it for now. */
    static final class Contested extends RuntimeException {
        private static final long serialVersionUID = 1;

        Contested(String difference) {
            super(difference, null, false, false);
        }
    }

    CronJobWriter(KubernetesClient client, OwnedInformer<CronJob> cache, RepairBudgets.Budget repairs) {
        this.client = client;
        this.cache = cache;
        this.repairs = repairs;
    }

    /**
     * Creates or corrects the CronJob, and moves the time that Kubernetes counts scheduled times from
     * ({@code status.lastScheduleTime}): before a change that would make a past time due, onto the fixed grid of an
     * {@code @every} schedule, and past the times that came while a run was active.
     *
     * @throws Contested when the operator has restored it too often
     */
    CronJob write(CronJob desired, CompiledSchedule compiled, Optional<CronJob> live, KnownStarts starts) {
        if (Boolean.TRUE.equals(desired.getSpec().getSuspend())) {
            return apply(desired, live);
        }
        CronJob current = apply(desired, live.map(old -> beforeChange(old, desired, compiled, starts)));
        CronJob onGrid =
                move(current, lastScheduleTime(current, Optional.empty()).onto(compiled.schedule(), starts.now()));
        boolean active =
                onGrid.getStatus() != null && !onGrid.getStatus().getActive().isEmpty();
        return starts.skipDue() && active
                ? move(onGrid, lastScheduleTime(onGrid, starts.newest()).pastOverlapped(compiled, starts.now()))
                : onGrid;
    }

    private CronJob beforeChange(CronJob old, CronJob desired, CompiledSchedule compiled, KnownStarts starts) {
        return changesStarts(old, desired)
                ? move(
                        old,
                        lastScheduleTime(old, starts.newest())
                                .beforeChangeTo(compiled, suspended(old), starts.countFrom()))
                : old;
    }

    /** @throws Contested when the operator has restored it too often */
    CronJob apply(CronJob desired, Optional<CronJob> live) {
        Optional<String> drift = live.isEmpty() ? Optional.of("/") : CronJobDrift.between(desired, live.get());
        if (drift.isEmpty()) {
            return live.get();
        }
        if (!repairs.allows(CronJobDrift.state(desired))) {
            throw new Contested(drift.get());
        }
        if (live.isEmpty()) {
            return create(desired);
        }
        CronJob corrected = CacheTrimming.metadata(
                client.resource(named(live.get())).patch(JSON_PATCH, CronJobDrift.patch(live.get(), desired)));
        log(corrected, "CronJob corrected", drift.get());
        repairs.spend(CronJobDrift.state(desired));
        cache.remember(corrected, live);
        if (!repairs.allows(CronJobDrift.state(desired))) {
            // Restored for the moment. Ready says so only when it lasts, or it would change with each repair.
            throw new Contested(drift.get());
        }
        return corrected;
    }

    private CronJob create(CronJob desired) {
        CronJob created = CacheTrimming.metadata(client.resource(desired).create());
        log(created, "CronJob created", "/");
        repairs.spend(CronJobDrift.state(desired));
        cache.remember(created, Optional.empty());
        return created;
    }

    /** With the resource version: a start that the CronJob controller made meanwhile is not undone. */
    private CronJob move(CronJob live, Optional<Instant> time) {
        if (time.isEmpty()) {
            return live;
        }
        String patch = "{\"metadata\":{\"resourceVersion\":\"%s\"},\"status\":{\"lastScheduleTime\":\"%s\"}}"
                .formatted(live.getMetadata().getResourceVersion(), time.get());
        CronJob moved = CacheTrimming.metadata(
                client.resource(named(live)).subresource("status").patch(PatchContext.of(PatchType.JSON_MERGE), patch));
        log(moved, "CronJob counts from another scheduled time", time.get().toString());
        cache.remember(moved, Optional.of(live));
        return moved;
    }

    private static CronJob named(CronJob live) {
        return new CronJobBuilder().withMetadata(nameOf(live)).build();
    }

    /** Whether the change to {@code desired} gives the CronJob other scheduled times. */
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

    private static LastScheduleTime lastScheduleTime(CronJob cronJob, Optional<Instant> newest) {
        return new LastScheduleTime(
                Stream.concat(CronJobs.lastScheduleTime(cronJob).stream(), newest.stream())
                        .max(Comparator.naturalOrder()),
                Instant.parse(cronJob.getMetadata().getCreationTimestamp()));
    }

    private static void log(CronJob cronJob, String what, String difference) {
        LOG.atInfo()
                .addKeyValue("namespace", cronJob.getMetadata().getNamespace())
                .addKeyValue("cronJob", cronJob.getMetadata().getName())
                .addKeyValue("difference", difference)
                .log(what);
    }

    /** Name and namespace only: the client copies the item that it patches. */
    static ObjectMeta nameOf(HasMetadata resource) {
        return new ObjectMetaBuilder()
                .withName(resource.getMetadata().getName())
                .withNamespace(resource.getMetadata().getNamespace())
                .build();
    }

    /**
     * How often the operator restores a CronJob to one and the same state. Another controller or a second release would answer
     * each repair at once, as fast as the API server can. A change by the owner of the task is another state and never waits.
     */
    static final class RepairBudgets {
        /** RepairBudgets at once after a quiet time, as of a person's edits. */
        static final int BURST = 5;

        static final Duration EACH = Duration.ofMinutes(1);
        private static final int MOST_KEPT = 2_000;

        private final Map<String, Spent> byTask = new LinkedHashMap<>();

        /** @param until from then on the whole budget is available again */
        private record Spent(String state, Instant until) {}

        /** The budget of one task now. */
        record Budget(RepairBudgets repairs, String taskUid, Instant now) {
            /** @param state a hash of what is desired */
            boolean allows(String state) {
                return !repairs.next(taskUid, state, now).isAfter(now.plus(EACH.multipliedBy(BURST)));
            }

            /** Call it after a repair: a failed call costs nothing. */
            void spend(String state) {
                repairs.keep(taskUid, new Spent(state, repairs.next(taskUid, state, now)));
            }
        }

        Budget of(String taskUid, Instant now) {
            return new Budget(this, taskUid, now);
        }

        private synchronized Instant next(String taskUid, String state, Instant now) {
            Spent spent = byTask.get(taskUid);
            Instant until = spent == null || !spent.state().equals(state) ? now : spent.until();
            return (until.isAfter(now) ? until : now).plus(EACH);
        }

        private synchronized void keep(String taskUid, Spent spent) {
            byTask.remove(taskUid);
            byTask.put(taskUid, spent);
            if (byTask.size() > MOST_KEPT) {
                byTask.remove(byTask.keySet().iterator().next());
            }
        }
    }
}
