package io.crmventas.tasks.operator;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.OperatorException;
import io.javaoperatorsdk.operator.api.config.NamespaceChangeable;
import io.javaoperatorsdk.operator.health.InformerHealthIndicator;
import io.javaoperatorsdk.operator.health.InformerWrappingEventSourceHealthIndicator;
import io.javaoperatorsdk.operator.health.Status;
import io.javaoperatorsdk.operator.processing.Controller;
import io.javaoperatorsdk.operator.processing.event.EventSourceManager;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The namespaces to watch, and those of them that the API server refuses: a Role was taken away, or went with its
 * namespace. No restart helps them, so the others neither wait for them at the start nor end with them. A watch that
 * stood before begins anew by itself; one that was left out at the start joins when it may.
 */
final class WatchedNamespaces implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedNamespaces.class);
    private static final Duration PERIOD = Duration.ofSeconds(10);

    private final WatchRights rights;
    private final Set<String> wanted;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("watched-namespaces").unstarted(this::lookAfter);
    private Set<String> watched;
    private volatile @Nullable Controller<CrmScheduledTask> controller;
    private volatile Map<String, String> refused = Map.of();

    /** @param wanted empty: all, by one watch a kind */
    WatchedNamespaces(KubernetesClient client, Set<String> wanted) {
        this.rights = new WatchRights(client);
        this.wanted = wanted;
        this.watched = wanted;
    }

    /** Those to begin with: the framework would wait minutes for a watch that is refused. */
    Set<String> permitted() {
        if (wanted.size() > 1) {
            look(wanted);
            Set<String> permitted = without(wanted, refused.keySet());
            // With nothing to watch nothing is lost by waiting.
            watched = permitted.isEmpty() ? wanted : permitted;
        }
        return watched;
    }

    /** @param started whose watches these are */
    void lookAfter(Controller<CrmScheduledTask> started) {
        controller = started;
        if (wanted.size() > 1) {
            thread.start();
        }
    }

    /** By namespace, why not. */
    Map<String, String> refused() {
        return refused;
    }

    /** Whether all watches stand but refused ones; of each kind at least one has to. */
    boolean stand() {
        Set<String> excused = refused.keySet();
        return watches().allMatch(kind -> {
            Set<String> away = away(kind);
            return away.isEmpty() || (excused.containsAll(away) && away.size() < kind.size());
        });
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void lookAfter() {
        try {
            while (true) {
                Thread.sleep(PERIOD);
                lookOnce();
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void lookOnce() {
        try {
            look(suspects());
            join(without(wanted, refused.keySet()));
        } catch (KubernetesClientException | OperatorException failed) {
            LOG.atWarn().setCause(failed).log("Namespaces not looked after this time");
        }
    }

    /** Of watches that stand nothing is asked. */
    private Set<String> suspects() {
        Set<String> away = watches().flatMap(kind -> away(kind).stream()).collect(Collectors.toSet());
        away.addAll(without(wanted, watched));
        away.retainAll(wanted);
        return away;
    }

    private void look(Set<String> suspects) {
        Map<String, String> now = new TreeMap<>();
        try {
            suspects.forEach(namespace -> rights.missing(namespace).ifPresent(why -> now.put(namespace, why)));
        } catch (KubernetesClientException unknown) {
            LOG.atDebug().setCause(unknown).log("The API server does not say what may be watched");
            return;
        }
        Set<String> before = refused.keySet();
        refused = Map.copyOf(now);
        without(now.keySet(), before)
                .forEach(namespace -> LOG.atWarn()
                        .addKeyValue("namespace", namespace)
                        .addKeyValue("why", now.get(namespace))
                        .log(
                                "Namespace not watched; the others go on. Give the operator its Role and RoleBinding there, or take"
                                        + " the namespace out of watchNamespaces"));
        without(before, now.keySet())
                .forEach(namespace ->
                        LOG.atInfo().addKeyValue("namespace", namespace).log("Namespace may be watched"));
    }

    /**
     * Not by the controller's own method, which pauses the event processor: of a reconcile that ends meanwhile it takes
     * no note, and begins no other one of that task.
     */
    private void join(Set<String> permitted) {
        Controller<CrmScheduledTask> started = controller;
        if (started == null || watched.containsAll(permitted)) {
            return;
        }
        Set<String> next = new HashSet<>(watched);
        next.addAll(permitted);
        EventSourceManager<CrmScheduledTask> sources = started.getEventSourceManager();
        // The tasks come last: they are reconciled at once, and what they own must be known by then.
        sources.getEventSourcesStream()
                .filter(source -> !source.equals(sources.getControllerEventSource()))
                .filter(NamespaceChangeable.class::isInstance)
                .map(NamespaceChangeable.class::cast)
                .filter(NamespaceChangeable::allowsNamespaceChanges)
                .forEach(source -> source.changeNamespaces(next));
        sources.getControllerEventSource().changeNamespaces(next);
        watched = next;
    }

    /** For each kind, its watches by namespace. */
    private Stream<Map<String, InformerHealthIndicator>> watches() {
        Controller<CrmScheduledTask> started = controller;
        return started == null
                ? Stream.empty()
                : started.getControllerHealthInfo().informerEventSourceHealthIndicators().values().stream()
                        .map(source -> watches(source));
    }

    private static Map<String, InformerHealthIndicator> watches(InformerWrappingEventSourceHealthIndicator<?> source) {
        return source.informerHealthIndicators();
    }

    private static Set<String> away(Map<String, InformerHealthIndicator> kind) {
        return kind.entrySet().stream()
                .filter(watch -> watch.getValue().getStatus() != Status.HEALTHY)
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(HashSet::new));
    }

    private static Set<String> without(Set<String> all, Set<String> some) {
        Set<String> rest = new HashSet<>(all);
        rest.removeAll(some);
        return rest;
    }
}
