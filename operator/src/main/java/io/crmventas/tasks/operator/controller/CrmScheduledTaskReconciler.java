package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.operator.config.OperatorConfig;
import io.crmventas.tasks.operator.status.CheckPlan;
import io.crmventas.tasks.operator.status.FailedCallStatus;
import io.crmventas.tasks.operator.status.FreshCondition;
import io.crmventas.tasks.operator.status.Halt;
import io.crmventas.tasks.operator.status.HandledRequests;
import io.crmventas.tasks.operator.status.Placement;
import io.crmventas.tasks.operator.status.PreflightStatus;
import io.crmventas.tasks.operator.status.StatusChange;
import io.crmventas.tasks.operator.status.StatusFactory;
import io.crmventas.tasks.operator.status.StatusObserver;
import io.crmventas.tasks.operator.status.Tally;
import io.crmventas.tasks.operator.status.Transitions;
import io.crmventas.tasks.operator.status.WakeUp;
import io.crmventas.tasks.operator.suspension.Halts;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Fetch, decide, apply, report. */
public final class CrmScheduledTaskReconciler implements Reconciler<CrmScheduledTask> {
    private final Clock clock;
    private final List<StatusObserver> observers;
    private final CronJobs cronJobs;
    private final StatusWriter statuses;
    private final EventPublisher events;
    private final Checks checks;
    private final RunRequests requests;
    private final Probes probes;
    private final VanishedRuns vanished;
    private final Refusals refusals;
    private final MissedStarts missed;
    private final boolean schedulingEnabled;
    private final Optional<String> ownNamespace;
    private final boolean oneWatch;
    private final Tombstones<Job> deletedJobs = new Tombstones<>();
    private final Tombstones<Pod> deletedPods = new Tombstones<>();
    private @Nullable TaskEventSources sources;
    private @Nullable ClusterView view;

    /** @param observers of every status that this operator writes */
    public CrmScheduledTaskReconciler(
            KubernetesClient client,
            OperatorConfig config,
            String instance,
            Clock clock,
            List<StatusObserver> observers) {
        this.clock = clock;
        this.observers = List.copyOf(observers);
        this.refusals = new Refusals(client);
        this.missed = new MissedStarts(client);
        this.cronJobs = new CronJobs(client, config.runner(), refusals);
        this.statuses = new StatusWriter(client);
        this.events = new EventPublisher(client, instance);
        this.checks = new Checks(client, config.runner(), config.schedulingEnabled(), config.preflight());
        this.requests = new RunRequests(client, config.runner());
        this.probes = new Probes(client, config.runner());
        this.vanished = new VanishedRuns(client, deletedJobs);
        this.schedulingEnabled = config.schedulingEnabled();
        this.ownNamespace = config.ownNamespace();
        this.oneWatch = config.oneWatch();
    }

    @Override
    public List<EventSource<?, CrmScheduledTask>> prepareEventSources(EventSourceContext<CrmScheduledTask> context) {
        TaskEventSources prepared =
                new TaskEventSources(context, oneWatch, deletedJobs, deletedPods, ownNamespace, clock);
        sources = prepared;
        view = new ClusterView(context.getPrimaryCache());
        return prepared.all();
    }

    /** What the caches hold; empty before the operator is started. */
    public Optional<ClusterView> view() {
        return Optional.ofNullable(view);
    }

    /** To be told of every task that the cache holds anew. */
    public void cached(CrmScheduledTask task) {
        statuses.caughtUp(task);
    }

    @Override
    public UpdateControl<CrmScheduledTask> reconcile(CrmScheduledTask task, Context<CrmScheduledTask> context) {
        Instant now = clock.instant();
        CrmScheduledTaskStatus previous = statuses.latest(task);
        Runs runs = refusals.explain(
                task, vanished.addTo(Runs.of(task, context, deletedJobs, deletedPods, now), task, previous, now));
        TaskEventSources watched = Objects.requireNonNull(sources);
        FailedCalls failed = new FailedCalls();
        CheckPlan planned = checks.plan(task, runs, previous, now);
        Tally tally = Tally.of(task, previous, runs.observed());
        Halt wanted = Halts.of(task, schedulingEnabled, watched.pause().notice(), tally, previous, now)
                .or(planned.suspension());
        Slots due = Slots.of(task, runs, planned, previous, now);
        Placement placement = cronJobs.place(task, watched.cronJobs(), wanted.suspension(), due, failed);
        // The suspension is applied. What follows can fail without keeping it from the CronJob.
        CheckPlan check = checks.start(task, planned, previous, watched.jobs(), failed, now);
        Halt halt = probes.make(task, wanted, placement, runs, failed, now);
        List<RunRequests.Handled> handled = requests.handle(task, previous, failed, now);
        CrmScheduledTaskStatus seen = PreflightStatus.enter(
                StatusFactory.next(task, placement, halt, runs.observed(), tally, previous, now), check, previous, now);
        SlotAccount slots = missed.count(task, placement, runs, previous, failed, now);
        CrmScheduledTaskStatus counted = FailedCallStatus.enter(slots.enter(seen), failed.messages(), previous, now);
        StatusChange change = observed(new StatusChange(
                task,
                previous,
                HandledRequests.with(
                        counted,
                        handled.stream().map(RunRequests.Handled::request).toList()),
                tally.fresh()));
        CrmScheduledTaskStatus next = change.next();
        if (!next.equals(previous)) {
            statuses.write(task, previous, next);
            observers.forEach(observer -> observer.written(change));
            events.publish(task, Transitions.between(previous, next), now);
            events.publish(
                    task,
                    handled.stream()
                            .flatMap(request -> request.event().stream())
                            .toList(),
                    now);
        }
        observers.forEach(observer -> observer.stored(task, next));
        runs.forget(task, deletedJobs, deletedPods);
        failed.rethrow();
        // Every step that needs a later reconcile adds its moment here.
        Stream<Optional<Instant>> moments = Stream.of(
                Rechecks.due(placement, runs, now),
                Rechecks.overlap(task, placement, runs),
                Rechecks.start(placement),
                slots.again(),
                FreshCondition.expiry(next),
                halt.end(),
                Probes.due(halt, placement, runs),
                check.due());
        return UpdateControl.<CrmScheduledTask>noUpdate().rescheduleAfter(WakeUp.after(now, moments));
    }

    /** The change with what the observers add to the status. */
    private StatusChange observed(StatusChange change) {
        StatusChange all = change;
        for (StatusObserver observer : observers) {
            all = new StatusChange(all.task(), all.previous(), observer.beforeWrite(all), all.finished());
        }
        return all;
    }
}
