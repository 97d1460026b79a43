package io.crmventas.tasks.operator.testing;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The plan assigns faults to calls of one operator. The name of a call is its verb and its resource: for example
 * {@code PATCH cronjobs}, or {@code EVENT jobs} for an event of a watch. The calls of each name are counted from 1. Calls
 * after a restart of the operator have names of their own.
 */
public final class FaultPlan {
    public static final String RESTARTED = "restarted: ";

    private static final Pattern RESOURCE =
            Pattern.compile("/(?:api|apis/[^/]+)/[^/]+/(?:namespaces/[^/]+/)?([^/]+)(?:/[^/]+(?:/(.+))?)?");

    /**
     * @param call verb and resource
     * @param number the number of the call, from 1
     */
    public record Point(String call, int number) {
        @Override
        public String toString() {
            return call + " #" + number;
        }
    }

    private final Map<Point, Fault> faults;
    private final SortedMap<String, Integer> calls = new TreeMap<>();
    private final Map<Point, Fault> injected = new LinkedHashMap<>();
    private boolean restarted;

    public FaultPlan(Map<Point, Fault> faults) {
        this.faults = Map.copyOf(faults);
    }

    /** Counts the call. @return the fault that the plan has for it */
    synchronized Optional<Fault> next(String call) {
        String name = restarted ? RESTARTED + call : call;
        Point point = new Point(name, calls.merge(name, 1, Integer::sum));
        Optional<Fault> fault = Optional.ofNullable(faults.get(point));
        fault.ifPresent(found -> injected.put(point, found));
        return fault;
    }

    /** Begins the calls after a restart. Call it after the end of one operator and before the start of the next one. */
    public synchronized void markRestart() {
        restarted = true;
    }

    /** Returns how often the operator made each call. */
    public synchronized SortedMap<String, Integer> calls() {
        return new TreeMap<>(calls);
    }

    public Map<Point, Fault> planned() {
        return faults;
    }

    /** Returns the faults that were injected, in their order. */
    public synchronized Map<Point, Fault> injected() {
        return new LinkedHashMap<>(injected);
    }

    static String call(String method, URI uri) {
        Matcher path = RESOURCE.matcher(uri.getPath());
        if (!path.matches()) {
            return method + " " + uri.getPath();
        }
        String resource = path.group(1) + (path.group(2) == null ? "" : "/" + path.group(2));
        boolean collection = uri.getPath().endsWith("/" + path.group(1));
        if (!"GET".equals(method) || !collection) {
            return method + " " + resource;
        }
        return (String.valueOf(uri.getQuery()).contains("watch=true") ? "WATCH " : "LIST ") + resource;
    }

    @Override
    public String toString() {
        return injected() + " of " + faults;
    }
}
