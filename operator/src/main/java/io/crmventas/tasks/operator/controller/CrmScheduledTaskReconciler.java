package io.crmventas.tasks.operator.controller;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.HandledRequest;
import io.crmventas.tasks.operator.config.OperatorConfig;
import io.crmventas.tasks.operator.controller.CronJobWriter.KnownStarts;
import io.crmventas.tasks.operator.preflight.PreflightPlan;
import io.crmventas.tasks.operator.preflight.Preflights;
import io.crmventas.tasks.operator.run.TaskRuns;
import io.crmventas.tasks.operator.schedule.ScheduledTimeLedger.Account;
import io.crmventas.tasks.operator.status.CronJobState;
import io.crmventas.tasks.operator.status.FreshCondition;
import io.crmventas.tasks.operator.status.RunStatistics;
import io.crmventas.tasks.operator.status.StatusFactoryBuilder;
import io.crmventas.tasks.operator.status.StatusObserver;
import io.crmventas.tasks.operator.status.StatusObserver.StatusChange;
import io.crmventas.tasks.operator.status.Suspension.SuspensionDecision;
import io.crmventas.tasks.operator.status.TaskEvent;
import io.crmventas.tasks.operator.suspension.SuspensionRules;
import io.crmventas.tasks.operator.watch.Watches;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.controller.ControllerEventSource;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reconciles a task: it reads what Kubernetes holds, decides, writes the CronJob and Jobs, and writes the status.
 * operator/README.md follows one run through the numbered steps.
 */
public final class CrmScheduledTaskReconciler implements Reconciler<CrmScheduledTask> {
    private final OperatorConfig config;
    private final Clock clock;
    private final List<StatusObserver> observers;
    private final CronJobs cronJobs;
    private final TaskJobs taskJobs;
    private final RunReader runReader;
    private final StatusWriter statuses;
    private final EventPublisher events;
    private final Watches watches;

    /** @param observers the observers of every status that this operator writes */
    public CrmScheduledTaskReconciler(
            KubernetesClient client,
            OperatorConfig config,
            String instance,
            Clock clock,
            List<StatusObserver> observers) {
        this.config = config;
        this.clock = clock;
        this.observers = List.copyOf(observers);
        this.watches = new Watches(config.oneWatch(), config.ownNamespace(), clock);
        EventReader eventReader = new EventReader(client);
        this.runReader = new RunReader(client, watches, eventReader);
        this.cronJobs = new CronJobs(client, config.runner(), watches, eventReader);
        this.taskJobs = new TaskJobs(client, config.runner());
        this.statuses = new StatusWriter(client);
        this.events = new EventPublisher(client, instance);
    }

    @Override
    public List<EventSource<?, CrmScheduledTask>> prepareEventSources(EventSourceContext<CrmScheduledTask> context) {
        return watches.prepare(context);
    }

    /** Returns the tasks in the cache without a request. Call it only after the operator has started. */
    public List<CrmScheduledTask> tasks() {
        return watches.tasks();
    }

    @Override
    public UpdateControl<CrmScheduledTask> reconcile(CrmScheduledTask task, Context<CrmScheduledTask> context) {
        Instant now = clock.instant();
        FailedCalls failed = new FailedCalls();

        // 1. Read the status that the operator wrote last.
        CrmScheduledTaskStatus previous = StatusWriter.stored(task);

        // 2. Read the runs from the cached and the deleted Jobs and pods. Only the status still holds some of them.
        TaskRuns runs = runReader.read(task, previous, failed, now);
        RunStatistics statistics = RunStatistics.count(task, previous, runs.observed());

        // 3. Decide whether scheduled runs start. A person, the circuit breaker and the preflight can suspend them.
        PreflightPlan plan = Preflights.plan(task, runs, previous, config, now);
        SuspensionDecision decision = SuspensionRules.decide(
                        task, config.scheduling().enabled(), watches.globalPause(), statistics, previous, now)
                .or(plan.suspension());

        // 4. Write the CronJob. This step comes first, because a call that fails later must not delay a pause.
        CronJobState cronJob =
                cronJobs.write(task, decision.suspension(), knownStarts(task, runs, plan, previous, now), failed);

        // 5. Create the operator's own Jobs: the preflight, a trial run, runs on request.
        PreflightPlan preflight = taskJobs.startPreflight(task, plan, previous, failed, now);
        SuspensionDecision suspension = taskJobs.startTrialRun(task, decision, cronJob, runs, failed, now);
        List<HandledRequest> requests = taskJobs.handleRequests(task, previous, failed, now);

        // 6. Count the scheduled times that passed without a run.
        Account times = new CountedTimes(task, cronJob, previous, now).confirmed(runs, runReader, failed);

        // 7. Build the next status in one pass.
        CrmScheduledTaskStatus built = StatusFactoryBuilder.builder()
                .task(task)
                .previous(previous)
                .now(now)
                .cronJob(cronJob)
                .suspension(suspension)
                .runs(runs.observed())
                .statistics(statistics)
                .preflight(preflight.finding(previous))
                .starts(times)
                .requests(requests)
                .failedCalls(failed.messages())
                .build()
                .create();

        StatusChange change = withObservers(new StatusChange(task, previous, built, statistics.added()));
        CrmScheduledTaskStatus next = change.next();

        // 8. Write the status only if it differs. Then update metrics, webhooks and Events.
        if (!next.equals(previous)) {
            write(task, next, context);
            observers.forEach(observer -> observer.written(change));
            events.publish(task, TaskEvent.between(previous, next), now);
        }

        observers.forEach(observer -> observer.stored(task, next));

        // 9. Forget the deleted Jobs and pods that the status holds now. JOSDK reconciles again after a failed call.
        runReader.forget(runs);
        failed.rethrow();

        // 10. Schedule the next reconcile for the earliest time that a step needs.
        Stream<Optional<Instant>> moments = Stream.of(
                Requeue.delay(cronJob, runs).map(now::plus),
                runs.again(),
                Requeue.overlap(task, cronJob, runs),
                Requeue.start(cronJob),
                times.again(),
                FreshCondition.expiry(next),
                suspension.end(),
                TaskJobs.trialRunDue(suspension, cronJob, runs),
                preflight.due());
        return UpdateControl.<CrmScheduledTask>noUpdate().rescheduleAfter(Requeue.after(now, moments));
    }

    /**
     * JOSDK adds the written status to its cache, because the watch may report it after the next reconcile starts. JOSDK does
     * not reconcile for this write, but for each change of another client before or after it.
     */
    private void write(CrmScheduledTask task, CrmScheduledTaskStatus next, Context<CrmScheduledTask> context) {
        ControllerEventSource<CrmScheduledTask> cache =
                context.eventSourceRetriever().getControllerEventSource();
        cache.eventFilteringUpdateAndCacheResource(
                task,
                _ -> statuses.write(
                        task,
                        next,
                        newest -> cache.handleRecentResourceUpdate(ResourceID.fromResource(newest), newest, task)));
    }

    private static KnownStarts knownStarts(
            CrmScheduledTask task, TaskRuns runs, PreflightPlan plan, CrmScheduledTaskStatus previous, Instant now) {
        return new KnownStarts(
                runs.newestScheduledTime(),
                runs.skipsDue(task),
                plan.releasedFrom(previous, runs.preflights())
                        .filter(began -> began.isBefore(now))
                        .orElse(now),
                now);
    }

    /** Adds what the observers need after a restart, such as undelivered notifications. */
    private StatusChange withObservers(StatusChange change) {
        StatusChange all = change;
        for (StatusObserver observer : observers) {
            all = new StatusChange(all.task(), all.previous(), observer.beforeWrite(all), all.finished());
        }
        return all;
    }
}
