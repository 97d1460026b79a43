package io.crmventas.tasks.operator;

import io.crmventas.tasks.operator.config.OperatorConfig.LeaderElection;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which replica works. After a clean stop this class releases the lease, which the framework would let expire.
 * It also ends the process itself, because the framework would call exit during a shutdown, and that hangs.
 *
 * <p>When a person empties the lease, another replica leads at once, and the old leader notices it 2 s later. Until
 * then both write. No lock is needed. A status write replaces only the status that its reconcile began from, and the
 * names of Jobs and CronJobs follow from the task. The new leader corrects a CronJob that the old one changed. A wait
 * before the first write would make each fail-over slower.
 */
public final class Leadership {
    static final String LEASE = "crm-task-operator";

    /**
     * The election requests its lease at least every 4.4 s. The client repeats a failed request after a minute at most.
     */
    private static final Duration SILENT = Duration.ofSeconds(90);

    private static final int REQUEST_MILLIS = 10_000;

    /** Leases of other versions can last longer than 16 s, and clocks of nodes differ. */
    private static final Duration UNUSABLE = Duration.ofMinutes(5);

    /** A leader renews its lease every 2 s. */
    private static final Duration RENEWAL = Duration.ofSeconds(6);

    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

    private final Optional<LeaderElection> election;
    private final Clock clock;
    private final Runnable onLost;
    private volatile boolean leading;
    private volatile boolean stopping;
    private volatile @Nullable Instant lastRequest;

    /** This clock measures only how long the election is silent, so it must not follow the API server's. */
    Leadership(Optional<LeaderElection> election, Runnable onLost) {
        this(election, Clock.systemUTC(), onLost);
    }

    /** @param onLost ends the process: two leaders would work against each other */
    public Leadership(Optional<LeaderElection> election, Clock clock, Runnable onLost) {
        this.election = election;
        this.clock = clock;
        this.onLost = onLost;
        leading = election.isEmpty();
    }

    /** Observes the requests for the lease, by the client that is being built. */
    public void listenTo(HttpClient.Builder client) {
        client.addOrReplaceInterceptor("leadership", new Interceptor() {
            @Override
            public void before(BasicBuilder changes, HttpRequest request, RequestTags tags) {
                if (request.uri().getPath().endsWith("/leases/" + LEASE)) {
                    lastRequest = clock.instant();
                }
            }
        });
    }

    /**
     * Returns why this replica can never lead again; empty while its election is running. A lease that lacks a field
     * ends the election of a waiting replica. The client then only logs it, so the missing requests are the only sign.
     */
    Optional<String> standstill() {
        return Optional.ofNullable(lastRequest)
                .filter(last -> last.plus(SILENT).isBefore(clock.instant()))
                .map(last -> "the leader election has ended: it has not asked for its lease since " + last);
    }

    /** Returns a client for the election. A request for the lease must end before the renew deadline. */
    static KubernetesClient inTime(KubernetesClient client) {
        RequestConfig config = client.getConfiguration().getRequestConfig();
        return client.newClient(new RequestConfigBuilder(config)
                        .withRequestTimeout(Math.min(REQUEST_MILLIS, config.getRequestTimeout()))
                        .build())
                .adapt(KubernetesClient.class);
    }

    Optional<LeaderElectionConfiguration> configuration() {
        return election.map(own -> LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(LEASE)
                .withLeaseNamespace(own.namespace())
                .withIdentity(own.identity())
                // One request that hangs (REQUEST_MILLIS) must not end the leadership.
                // Another replica leads within 20 s after the last renewal: the lease expires, and one retry passes.
                .withRetryPeriod(Duration.ofSeconds(2))
                .withRenewDeadline(Duration.ofSeconds(13))
                .withLeaseDuration(Duration.ofSeconds(16))
                .withLeaderCallbacks(new LeaderCallbacks(() -> leading = true, this::lost, leader -> {}))
                // Only this method lets this class end the process. With build() the framework ends it.
                .buildForTest(false));
    }

    /**
     * Frees a lease that a person left without an end or without a field. The election would wait for its end, or fail
     * to read it and never lead again. The leader's process ends at such a lease, so call this method at the start.
     */
    void freeUnusableLease(KubernetesClient client) {
        Instant latest = Instant.now().plus(UNUSABLE);
        try {
            Optional<Resource<Lease>> lease = election.map(own -> lease(own, client));
            Optional<Lease> current = lease.map(Resource::get);
            if (current.isPresent()
                    && !usable(current.get().getSpec(), latest)
                    && !renewed(current.get(), lease.orElseThrow())) {
                lease.orElseThrow().patch(PatchContext.of(PatchType.JSON_MERGE), """
                        {"spec":{"holderIdentity":"","leaseDurationSeconds":16,
                        "acquireTime":"2000-01-01T00:00:00.000000Z","renewTime":"2000-01-01T00:00:00.000000Z"}}""");
            }
        } catch (KubernetesClientException unreachable) {
            LOG.atWarn().setCause(unreachable).log("The operator could not read its lease before the election");
        }
    }

    private static boolean usable(@Nullable LeaseSpec spec, Instant latest) {
        return spec != null
                && spec.getAcquireTime() != null
                && spec.getRenewTime() != null
                && spec.getLeaseDurationSeconds() != null
                && spec.getRenewTime()
                        .plusSeconds(spec.getLeaseDurationSeconds())
                        .toInstant()
                        .isBefore(latest);
    }

    /**
     * Waits, and returns whether a leader still renews the lease. The clock of its node can be minutes ahead. Without this
     * wait, the two replicas would take the lease from each other forever.
     */
    private static boolean renewed(Lease before, Resource<Lease> lease) {
        try {
            Thread.sleep(RENEWAL);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
        return Optional.ofNullable(lease.get())
                .filter(now -> !Objects.equals(
                        before.getMetadata().getResourceVersion(),
                        now.getMetadata().getResourceVersion()))
                .isPresent();
    }

    private static Resource<Lease> lease(LeaderElection own, KubernetesClient client) {
        return client.leases().inNamespace(own.namespace()).withName(LEASE);
    }

    boolean leading() {
        return leading;
    }

    void stopping() {
        stopping = true;
    }

    private void lost() {
        leading = false;
        if (!stopping) {
            LOG.atError().log("This replica has lost its lease and ends, because another replica can lead now");
            onLost.run();
        }
    }

    /** Removes the holder from the lease, so that another replica takes it over at its next attempt. */
    void release(KubernetesClient client) {
        election.ifPresent(own -> {
            try {
                Lease current = lease(own, client).get();
                if (current != null
                        && current.getSpec() != null
                        && own.identity().equals(current.getSpec().getHolderIdentity())) {
                    current.getSpec().setHolderIdentity("");
                    client.resource(current).update();
                }
            } catch (KubernetesClientException unreachable) {
                LOG.atWarn()
                        .setCause(unreachable)
                        .log("The operator could not release its lease; the lease expires after 16 s");
            }
        });
    }
}
