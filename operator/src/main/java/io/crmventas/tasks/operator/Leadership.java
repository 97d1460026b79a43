package io.crmventas.tasks.operator;

import io.crmventas.tasks.operator.config.OperatorConfig.LeaderElection;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which replica works. After a clean stop this class releases the lease, which the framework would let expire. The
 * framework would also exit the process during a shutdown, which hangs, so this class ends the process itself.
 */
final class Leadership {
    static final String LEASE = "crm-task-operator";

    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

    private final Optional<LeaderElection> election;
    private final KubernetesClient client;
    private final Runnable onLost;
    private volatile boolean leading;
    private volatile boolean stopping;

    Leadership(Optional<LeaderElection> election, KubernetesClient client, Runnable onLost) {
        this.election = election;
        this.client = client;
        this.onLost = onLost;
        leading = election.isEmpty();
    }

    Optional<LeaderElectionConfiguration> configuration() {
        return election.map(own -> LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(LEASE)
                .withLeaseNamespace(own.namespace())
                .withIdentity(own.identity())
                // A request can take 10 s, and a request that hangs must not end the leadership.
                // Another replica leads within 20 s after the last renewal: the lease expires, and one retry passes.
                .withRetryPeriod(Duration.ofSeconds(2))
                .withRenewDeadline(Duration.ofSeconds(13))
                .withLeaseDuration(Duration.ofSeconds(16))
                .withExitOnStopLeading(false)
                .withLeaderCallbacks(new LeaderCallbacks(() -> leading = true, this::lost, leader -> {}))
                .build());
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

    /** Another replica takes over a lease without a holder at its next attempt. */
    void release() {
        election.ifPresent(own -> {
            try {
                Resource<Lease> lease =
                        client.leases().inNamespace(own.namespace()).withName(LEASE);
                Lease current = lease.get();
                if (current != null && own.identity().equals(current.getSpec().getHolderIdentity())) {
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
