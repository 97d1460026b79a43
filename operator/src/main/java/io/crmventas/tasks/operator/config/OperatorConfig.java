package io.crmventas.tasks.operator.config;

import io.crmventas.tasks.operator.config.RunnerSettings.Redis;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Holds the operator's settings from its environment. The operator reports every mistake at once when it starts.
 *
 * @param namespaces the namespaces to watch; empty: all
 * @param ownNamespace the namespace of the operator; empty when POD_NAMESPACE is not set
 * @param leaderElection empty: this replica leads without an election
 */
public record OperatorConfig(
        RunnerSettings runner,
        Set<String> namespaces,
        Scheduling scheduling,
        Optional<String> ownNamespace,
        Optional<LeaderElection> leaderElection,
        Ports ports,
        Reporting reporting) {

    /**
     * @param enabled false: the operator suspends every CronJob
     * @param preflight whether the operator checks a task before its first run
     */
    public record Scheduling(boolean enabled, boolean preflight) {}

    /**
     * @param health the open port for health, status and metrics
     * @param probes the port of liveness and readiness
     * @param control empty: no control port
     */
    public record Ports(int health, int probes, Optional<Control> control) {}

    /**
     * @param webhooksFile the receivers of webhooks; empty: none
     * @param fingerprint a hash that changes with every setting that is no secret
     */
    public record Reporting(Optional<Path> webhooksFile, String logLevel, String fingerprint) {}

    /** @param namespace the namespace of the lease */
    public record LeaderElection(String namespace, String identity) {}

    /**
     * @param tlsFolder the folder with tls.crt and tls.key
     * @param namespace the operator's own namespace, which holds the pause of all tasks
     */
    public record Control(int port, Path tlsFolder, String namespace, boolean console) {}

    public static String version() {
        return Objects.requireNonNullElse(OperatorConfig.class.getPackage().getImplementationVersion(), "development");
    }

    /** Returns whether the operator has one watch for each kind, because it watches one namespace or all. */
    public boolean oneWatch() {
        return namespaces.size() <= 1;
    }

    /** @throws IllegalArgumentException with all that is wrong, one line each */
    public static OperatorConfig from(Map<String, String> environment) {
        Environment read = new Environment(environment);
        OperatorConfig config = new OperatorConfig(
                runner(read),
                namespaces(read),
                new Scheduling(read.flag("ENABLE_SCHEDULED_TASKS", true), read.flag("PREFLIGHT", true)),
                read.text("POD_NAMESPACE"),
                leaderElection(read),
                new Ports(
                        read.number("HEALTH_PORT", 8080, 0, 65535),
                        read.number("PROBE_PORT", 8081, 0, 65535),
                        control(read)),
                // The fingerprint covers what was read before it, so it comes last.
                new Reporting(
                        read.text("WEBHOOKS_FILE").map(Path::of), read.level("LOG_LEVEL", "INFO"), read.fingerprint()));
        if (!read.problems().isEmpty()) {
            throw new IllegalArgumentException(String.join(System.lineSeparator(), read.problems()));
        }
        return config;
    }

    /** Only the administrator can choose all namespaces: the operator may create Jobs in each watched namespace. */
    private static Set<String> namespaces(Environment read) {
        List<String> named = read.list("WATCH_NAMESPACES");
        boolean all = read.flag("WATCH_ALL_NAMESPACES", false);
        if (all && !named.isEmpty()) {
            read.problem("WATCH_ALL_NAMESPACES is true, and WATCH_NAMESPACES names some; unset one of them");
        }
        if (all || !named.isEmpty()) {
            return Set.copyOf(named);
        }
        return Set.of(read.required(
                "POD_NAMESPACE", "the operator's own namespace, which it watches, or set WATCH_NAMESPACES"));
    }

    private static RunnerSettings runner(Environment read) {
        String pullPolicy =
                read.oneOf("RUNNER_IMAGE_PULL_POLICY", "IfNotPresent", List.of("Always", "IfNotPresent", "Never"));
        return new RunnerSettings(
                read.required("RUNNER_IMAGE", "the image of the job-runner"),
                pullPolicy,
                read.list("RUNNER_IMAGE_PULL_SECRETS"),
                redis(read),
                new RunnerSettings.Log(
                        read.level("RUNNER_LOG_LEVEL", "INFO"),
                        read.oneOf("LOG_FORMAT", "text", List.of("text", "json"))
                                .equals("json"),
                        read.flag("ENABLE_TASK_LOGGING", true)),
                CatalogReader.read(read, pullPolicy));
    }

    private static Optional<Redis> redis(Environment read) {
        Redis redis = new Redis(
                read.text("REDIS_HOST"),
                String.valueOf(read.number("REDIS_PORT", 6379, 1, 65535)),
                read.text("REDIS_SECRET_NAME"),
                read.flag("REDIS_CACHE_ENABLED", true));
        return redis.host().isPresent() || redis.secret().isPresent() ? Optional.of(redis) : Optional.empty();
    }

    /** The port stays closed without POD_NAMESPACE, because the pause of all tasks needs the operator's namespace. */
    private static Optional<Control> control(Environment read) {
        int port = read.number("CONTROL_PORT", 8443, 0, 65535);
        Path folder = Path.of(read.text("CONTROL_TLS_DIR").orElse("/etc/crm-operator/tls"));
        boolean console = read.flag("CONSOLE_ENABLED", true);
        return port == 0
                ? Optional.empty()
                : read.text("POD_NAMESPACE").map(namespace -> new Control(port, folder, namespace, console));
    }

    private static Optional<LeaderElection> leaderElection(Environment read) {
        if (!read.flag("LEADER_ELECTION", true)) {
            return Optional.empty();
        }
        String namespace = read.required("POD_NAMESPACE", "the operator's own namespace, where its lease lives");
        String identity = read.text("POD_NAME").or(() -> read.text("HOSTNAME")).orElse("crm-task-operator");
        return Optional.of(new LeaderElection(namespace, identity));
    }
}
