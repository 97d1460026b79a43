package io.crmventas.tasks.operator;

import io.crmventas.tasks.operator.OperatorConfig.LeaderElection;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which replica works. The framework would let a lease run out after a clean stop, and exit from inside a shutdown,
 * which hangs; both are done here instead.
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
        this.leading = election.isEmpty();
    }

    Optional<LeaderElectionConfiguration> configuration() {
        return election.map(own -> LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(LEASE)
                .withLeaseNamespace(own.namespace())
                .withIdentity(own.identity())
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
            LOG.atError().log("Leadership lost");
            onLost.run();
        }
    }

    /** Without a holder the lease is free for the next replica at its next try. */
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
                LOG.atWarn().setCause(unreachable).log("Lease not released; it runs out by itself");
            }
        });
    }
}
