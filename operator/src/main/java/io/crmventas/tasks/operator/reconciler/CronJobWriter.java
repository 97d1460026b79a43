package io.crmventas.tasks.operator.reconciler;

import io.crmventas.tasks.operator.desired.Drift;
import io.crmventas.tasks.operator.schedule.CompiledSchedule;
import io.crmventas.tasks.operator.schedule.slots.Anchor;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
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

    CronJobWriter(KubernetesClient client, OwnedInformer<CronJob> cache) {
        this.client = client;
        this.cache = cache;
    }

    /**
     * @param newestSlot of the Jobs, which are often heard of before the CronJob's own status
     * @param leaveOut whether slots that came so far are not to be started later: a run is active
     */
    CronJob bring(
            CronJob desired,
            CompiledSchedule compiled,
            Optional<CronJob> live,
            Optional<Instant> newestSlot,
            boolean leaveOut,
            Instant now) {
        if (Boolean.TRUE.equals(desired.getSpec().getSuspend())) {
            return apply(desired, live);
        }
        CronJob current = apply(
                desired,
                live.map(old -> starts(old, desired)
                        ? move(old, anchor(old, newestSlot).beforeChangeTo(compiled, suspended(old), now))
                        : old));
        CronJob onGrid = move(current, anchor(current, Optional.empty()).onto(compiled.schedule(), now));
        boolean active =
                onGrid.getStatus() != null && !onGrid.getStatus().getActive().isEmpty();
        return leaveOut && active ? move(onGrid, anchor(onGrid, newestSlot).pastOverlapped(compiled, now)) : onGrid;
    }

    CronJob apply(CronJob desired, Optional<CronJob> live) {
        Optional<String> drift = live.isPresent() ? Drift.between(desired, live.get()) : Optional.of("/");
        if (drift.isEmpty()) {
            return withoutForeignDeadline(desired, live.get());
        }
        CronJob applied = Trim.metadata(client.resource(desired)
                .patch(new PatchContext.Builder()
                        .withPatchType(PatchType.SERVER_SIDE_APPLY)
                        .withFieldManager(CronJobs.FIELD_MANAGER)
                        .withForce(true)
                        .build()));
        log(applied, live.isPresent() ? "CronJob corrected" : "CronJob created", drift.get());
        cache.remember(applied, live);
        return withoutForeignDeadline(desired, applied);
    }

    /** Set by somebody else, it can mean that an interval never starts again. Applying cannot take away what is theirs. */
    private CronJob withoutForeignDeadline(CronJob desired, CronJob live) {
        if (desired.getSpec().getStartingDeadlineSeconds() != null
                || live.getSpec().getStartingDeadlineSeconds() == null) {
            return live;
        }
        CronJob freed = Trim.metadata(client.resource(live)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"startingDeadlineSeconds\":null}}"));
        cache.remember(freed, Optional.of(live));
        return freed;
    }

    /** With the resource version: a slot that the controller has started meanwhile is not taken back. */
    private CronJob move(CronJob live, Optional<Instant> anchor) {
        if (anchor.isEmpty()) {
            return live;
        }
        String patch = "{\"metadata\":{\"resourceVersion\":\"%s\"},\"status\":{\"lastScheduleTime\":\"%s\"}}"
                .formatted(live.getMetadata().getResourceVersion(), anchor.get());
        CronJob moved = Trim.metadata(
                client.resource(live).subresource("status").patch(PatchContext.of(PatchType.JSON_MERGE), patch));
        log(moved, "CronJob counts from another slot", anchor.get().toString());
        cache.remember(moved, Optional.of(live));
        return moved;
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
