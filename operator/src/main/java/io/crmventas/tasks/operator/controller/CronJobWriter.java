package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.operator.resources.CronJobDrift;
import io.crmventas.tasks.operator.schedule.CompiledSchedule;
import io.crmventas.tasks.operator.schedule.slots.Anchor;
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
 * Brings a CronJob to what is desired, with no request when it is. Each step may be the last one of this process: what
 * stands then starts no run that nobody expects, and the next reconcile goes on from what it sees.
 */
final class CronJobWriter {
    private static final Logger LOG = LoggerFactory.getLogger(CronJobWriter.class);

    private final KubernetesClient client;
    private final OwnedInformer<CronJob> cache;
    private final Repairs.Budget repairs;

    /** Somebody else wants it otherwise: it stays as it is for now. */
    static final class Contested extends RuntimeException {
        private static final long serialVersionUID = 1;

        Contested(String difference) {
            super(difference, null, false, false);
        }
    }

    CronJobWriter(KubernetesClient client, OwnedInformer<CronJob> cache, Repairs.Budget repairs) {
        this.client = client;
        this.cache = cache;
        this.repairs = repairs;
    }

    CronJob bring(CronJob desired, CompiledSchedule compiled, Optional<CronJob> live, Slots slots) {
        if (Boolean.TRUE.equals(desired.getSpec().getSuspend())) {
            return apply(desired, live);
        }
        CronJob current = apply(
                desired,
                live.map(old -> starts(old, desired)
                        ? move(
                                old,
                                anchor(old, slots.newest()).beforeChangeTo(compiled, suspended(old), slots.countFrom()))
                        : old));
        CronJob onGrid = move(current, anchor(current, Optional.empty()).onto(compiled.schedule(), slots.now()));
        boolean active =
                onGrid.getStatus() != null && !onGrid.getStatus().getActive().isEmpty();
        return slots.leaveOut() && active
                ? move(onGrid, anchor(onGrid, slots.newest()).pastOverlapped(compiled, slots.now()))
                : onGrid;
    }

    /** @throws Contested when it was brought there too often */
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
        CronJob corrected = Trim.metadata(
                client.resource(named(live.get())).patch(JsonPatch.CONTEXT, CronJobDrift.patch(live.get(), desired)));
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
        CronJob created = Trim.metadata(client.resource(desired).create());
        log(created, "CronJob created", "/");
        repairs.spend(CronJobDrift.state(desired));
        cache.remember(created, Optional.empty());
        return created;
    }

    /** With the resource version: a slot that the controller has started meanwhile is not taken back. */
    private CronJob move(CronJob live, Optional<Instant> anchor) {
        if (anchor.isEmpty()) {
            return live;
        }
        String patch = "{\"metadata\":{\"resourceVersion\":\"%s\"},\"status\":{\"lastScheduleTime\":\"%s\"}}"
                .formatted(live.getMetadata().getResourceVersion(), anchor.get());
        CronJob moved = Trim.metadata(
                client.resource(named(live)).subresource("status").patch(PatchContext.of(PatchType.JSON_MERGE), patch));
        log(moved, "CronJob counts from another slot", anchor.get().toString());
        cache.remember(moved, Optional.of(live));
        return moved;
    }

    private static CronJob named(CronJob live) {
        return new CronJobBuilder().withMetadata(JsonPatch.nameOf(live)).build();
    }

    /** Whether the change to {@code desired} makes Kubernetes see other slots than before. */
    private static boolean starts(CronJob live, CronJob desired) {
        return suspended(live)
                || !Objects.equals(
                        live.getSpec().getSchedule(), desired.getSpec().getSchedule())
                || !Objects.equals(
                        live.getSpec().getTimeZone(), desired.getSpec().getTimeZone());
    }

    private static boolean suspended(CronJob cronJob) {
        return Boolean.TRUE.equals(cronJob.getSpec().getSuspend());
    }

    private static Anchor anchor(CronJob cronJob, Optional<Instant> newestSlot) {
        return new Anchor(
                Stream.concat(CronJobs.lastScheduleTime(cronJob).stream(), newestSlot.stream())
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
}
