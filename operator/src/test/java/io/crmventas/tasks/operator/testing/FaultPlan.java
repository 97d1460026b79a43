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
 * Which fault meets which call of one operator. A call is named by verb and resource, such as {@code PATCH cronjobs} or
 * {@code EVENT jobs} for an event of a watch, and counted from 1. Calls after a restart of the operator count on their own.
 */
public final class FaultPlan {
    public static final String RESTARTED = "restarted: ";

    private static final Pattern RESOURCE =
            Pattern.compile("/(?:api|apis/[^/]+)/[^/]+/(?:namespaces/[^/]+/)?([^/]+)(?:/[^/]+(?:/(.+))?)?");

    /**
     * @param call verb and resource
     * @param number of the call, from 1
     */
    public record Point(String call, int number) {
        @Override
        public String toString() {
            return call + " #" + number;
        }
    }

    private final Map<Point, Fault> faults;
    private final SortedMap<String, Integer> calls = new TreeMap<>();
    private final Map<Point, Fault> met = new LinkedHashMap<>();
    private boolean restarted;

    public FaultPlan(Map<Point, Fault> faults) {
        this.faults = Map.copyOf(faults);
    }

    /** Counts the call. */
    synchronized Optional<Fault> next(String call) {
        String name = restarted ? RESTARTED + call : call;
        Point point = new Point(name, calls.merge(name, 1, Integer::sum));
        Optional<Fault> fault = Optional.ofNullable(faults.get(point));
        fault.ifPresent(found -> met.put(point, found));
        return fault;
    }

    /** Call it between the end of one operator and the start of the next one. */
    public synchronized void restarted() {
        restarted = true;
    }

    /** How often each call came. */
    public synchronized SortedMap<String, Integer> calls() {
        return new TreeMap<>(calls);
    }

    public Map<Point, Fault> planned() {
        return faults;
    }

    /** The faults whose call came, in their order. */
    public synchronized Map<Point, Fault> met() {
        return new LinkedHashMap<>(met);
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
        return met() + " of " + faults;
    }
}
