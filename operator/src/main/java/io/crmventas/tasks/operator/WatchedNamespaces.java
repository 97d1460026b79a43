package io.crmventas.tasks.operator;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.commands.PermissionCheck;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributesBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.NamespaceChangeable;
import io.javaoperatorsdk.operator.health.InformerHealthIndicator;
import io.javaoperatorsdk.operator.health.InformerWrappingEventSourceHealthIndicator;
import io.javaoperatorsdk.operator.health.Status;
import io.javaoperatorsdk.operator.processing.Controller;
import io.javaoperatorsdk.operator.processing.event.EventSourceManager;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the namespaces to watch. The API server refuses a namespace where the operator's Role is missing, and a restart
 * does not help. So the other namespaces do not wait for it. The client restarts a watch that the API server refuses
 * later. This class adds a watch that it refused at the start, once it is permitted.
 */
final class WatchedNamespaces implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedNamespaces.class);
    private static final Duration PERIOD = Duration.ofSeconds(10);

    /** The operator lists and watches these resources. The API group follows the first dot. */
    private static final List<String> NEEDED =
            List.of("crmscheduledtasks." + CrmScheduledTask.GROUP, "cronjobs.batch", "jobs.batch", "pods");

    private final KubernetesClient client;
    private final Set<String> wanted;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("watched-namespaces").unstarted(this::checkPeriodically);
    private Set<String> watched;
    private volatile @Nullable Controller<CrmScheduledTask> controller;
    private volatile Map<String, String> refused = Map.of();

    /** @param wanted the namespaces; empty: all, with one watch for each kind */
    WatchedNamespaces(KubernetesClient client, Set<String> wanted) {
        this.client = client;
        this.wanted = wanted;
        this.watched = wanted;
    }

    /** Returns the namespaces to watch at the start, because the framework would wait minutes for a refused watch. */
    Set<String> permitted() {
        if (wanted.size() > 1) {
            review(wanted);
            Set<String> permitted = without(wanted, refused.keySet());
            // If the API server refuses all namespaces, the operator waits for them.
            watched = permitted.isEmpty() ? wanted : permitted;
        }
        return watched;
    }

    /** @param started the controller of these watches */
    void supervise(Controller<CrmScheduledTask> started) {
        controller = started;
        if (wanted.size() > 1) {
            thread.start();
        }
    }

    Map<String, String> refused() {
        return refused;
    }

    /** Returns whether all watches except refused ones work, and at least one of each kind. */
    boolean healthy() {
        Set<String> refusedNow = refused.keySet();
        return watches().allMatch(kind -> {
            Set<String> away = away(kind);
            return away.isEmpty() || (refusedNow.containsAll(away) && away.size() < kind.size());
        });
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void checkPeriodically() {
        try {
            while (true) {
                Thread.sleep(PERIOD);
                check();
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void check() {
        try {
            review(suspects());
            join(without(wanted, refused.keySet()));
        } catch (RuntimeException failed) {
            // We catch any fault, because this thread must survive to watch namespaces that are permitted later.
            LOG.atWarn()
                    .setCause(failed)
                    .log("The operator could not check the watches of its namespaces; it checks them again in 10 s");
        }
    }

    /** Returns the namespaces that need a review, because their watches do not work. */
    private Set<String> suspects() {
        Set<String> suspects = without(wanted, watched);
        watches().flatMap(kind -> away(kind).stream()).filter(wanted::contains).forEach(suspects::add);
        return suspects;
    }

    private void review(Set<String> suspects) {
        Map<String, String> now = new TreeMap<>();
        try {
            suspects.forEach(
                    namespace -> missingPermission(namespace).ifPresent(missing -> now.put(namespace, missing)));
        } catch (KubernetesClientException unknown) {
            LOG.atDebug().setCause(unknown).log("The API server did not answer what the operator may watch");
            return;
        }
        Set<String> before = refused.keySet();
        refused = Map.copyOf(now);
        without(now.keySet(), before)
                .forEach(namespace -> LOG.atWarn()
                        .addKeyValue("namespace", namespace)
                        .addKeyValue("missing", now.get(namespace))
                        .log(
                                "The operator does not watch this namespace, but it watches the others. Give the operator its"
                                        + " Role and RoleBinding there, or remove the namespace from watchNamespaces"));
        without(before, now.keySet())
                .forEach(namespace -> LOG.atInfo()
                        .addKeyValue("namespace", namespace)
                        .log("The operator may watch this namespace now"));
    }

    /**
     * Adds the namespaces without the controller's own method, which pauses the event processor. A paused processor
     * misses a reconcile that ends meanwhile, and never reconciles that task again.
     */
    private void join(Set<String> permitted) {
        Controller<CrmScheduledTask> started = controller;
        if (started == null || watched.containsAll(permitted)) {
            return;
        }
        Set<String> next = new HashSet<>(watched);
        next.addAll(permitted);
        EventSourceManager<CrmScheduledTask> sources = started.getEventSourceManager();
        // The tasks come last: JOSDK reconciles them at once, and needs their Jobs and pods in the caches.
        sources.getEventSourcesStream()
                .filter(source -> !source.equals(sources.getControllerEventSource()))
                .filter(NamespaceChangeable.class::isInstance)
                .map(NamespaceChangeable.class::cast)
                .filter(NamespaceChangeable::allowsNamespaceChanges)
                .forEach(source -> source.changeNamespaces(next));
        sources.getControllerEventSource().changeNamespaces(next);
        watched = next;
    }

    /** Returns why the operator cannot watch the namespace; empty when it can. */
    private Optional<String> missingPermission(String namespace) {
        return Stream.of("list", "watch")
                .flatMap(verb -> NEEDED.stream()
                        .filter(resource -> !granted(namespace, verb, resource))
                        .map(resource -> "the operator may not " + verb + " " + resource + " there"))
                .findFirst();
    }

    private boolean granted(String namespace, String verb, String resource) {
        String[] parts = resource.split("\\.", 2);
        return PermissionCheck.granted(
                client,
                new ResourceAttributesBuilder()
                        .withNamespace(namespace)
                        .withVerb(verb)
                        .withResource(parts[0])
                        .withGroup(parts.length > 1 ? parts[1] : "")
                        .build());
    }

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

    /** Checks the watch too, because the framework reports an informer as healthy once it has listed. */
    private static Set<String> away(Map<String, InformerHealthIndicator> kind) {
        return kind.entrySet().stream()
                .filter(watch -> watch.getValue().getStatus() != Status.HEALTHY
                        || !watch.getValue().isWatching())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private static Set<String> without(Set<String> all, Set<String> some) {
        Set<String> rest = new HashSet<>(all);
        rest.removeAll(some);
        return rest;
    }
}
