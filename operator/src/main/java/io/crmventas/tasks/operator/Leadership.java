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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
    private final CountDownLatch led = new CountDownLatch(1);
    private volatile boolean leading;
    private volatile boolean stopping;

    Leadership(Optional<LeaderElection> election, KubernetesClient client, Runnable onLost) {
        this.election = election;
        this.client = client;
        this.onLost = onLost;
        if (election.isEmpty()) {
            won();
        }
    }

    Optional<LeaderElectionConfiguration> configuration() {
        return election.map(own -> LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(LEASE)
                .withLeaseNamespace(own.namespace())
                .withIdentity(own.identity())
                // A request may take 10 s, and one that hangs must not cost the lead.
                .withRetryPeriod(Duration.ofSeconds(3))
                .withRenewDeadline(Duration.ofSeconds(15))
                .withLeaseDuration(Duration.ofSeconds(20))
                .withExitOnStopLeading(false)
                .withLeaderCallbacks(new LeaderCallbacks(this::won, this::lost, leader -> {}))
                .build());
    }

    boolean leading() {
        return leading;
    }

    boolean awaitLeading(Duration patience) throws InterruptedException {
        return led.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void won() {
        leading = true;
        led.countDown();
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
