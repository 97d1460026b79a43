package io.crmventas.tasks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The namespace denies all traffic, and a network plug-in enforces that. The plug-in of {@code e2e/cluster} does not, so
 * {@code e2e/matrix/network-policies} adds another one and runs this test.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NetworkPolicyE2E {
    private static final String RELEASE = "crm-task-operator";

    private final Cluster cluster = new Cluster("crm-walled");

    @BeforeAll
    void installDenyingPolicy() {
        cluster.installCrm();
        assertAnswer("reached", "before", "crm-postgres", 5432);
        cluster.apply("""
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: deny-all}
                spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
                ---
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: crm}
                spec:
                  podSelector: {matchLabels: {app.kubernetes.io/part-of: crm-demo}}
                  policyTypes: [Ingress]
                  ingress: [{}]
                """);
        // If the plug-in enforced nothing, the other tests would prove nothing.
        assertAnswer("silent", "after", "crm-postgres", 5432);
    }

    @AfterAll
    void end() {
        cluster.helm("uninstall", RELEASE, "--wait", "--ignore-not-found");
        cluster.deleteNamespace();
        cluster.close();
    }

    @Test
    @Order(1)
    void releaseInstallsRunsAndPassesItsTests() {
        cluster.release(
                "install",
                "--set",
                "profile=production",
                "--set",
                "networkPolicy.apiServer.ports={16443}",
                "--set",
                "networkPolicy.dns.ports={10053}");
        cluster.awaitFourTasksReady(Duration.ofSeconds(90));
        Run run = cluster.runNow("notification-checks", "behind-walls");
        assertEquals("available", run.redis(), run::toString);
        assertTrue(List.of("Succeeded", "NoWork").contains(run.result()), run::toString);
        cluster.passTestsOfTheRelease();
    }

    @Test
    @Order(2)
    void runReachesTheDatabaseAndNeitherOperatorNorApiServer() {
        String run = "app.kubernetes.io/name=crm-task,app.kubernetes.io/managed-by=crm-task-operator";
        assertAnswer("reached", "run-database", "crm-postgres", 5432, "--labels", run);
        assertAnswer("reached", "run-redis", "crm-redis", 6379, "--labels", run);
        assertAnswer("silent", "run-operator", RELEASE, 8080, "--labels", run);
        assertAnswer("silent", "run-api-server", "kubernetes.default", 443, "--labels", run);
    }

    @Test
    @Order(3)
    void testOfTheChartAlsoReachesTheOperator() {
        String test = "app.kubernetes.io/name=crm-task-operator-test,app.kubernetes.io/instance=" + RELEASE;
        assertAnswer("reached", "test-operator", RELEASE, 8080, "--labels", test);
        assertAnswer("silent", "other-operator", RELEASE, 8080);
    }

    @Test
    @Order(4)
    void noPodReachesThePortOfTheProbes() {
        String test = "app.kubernetes.io/name=crm-task-operator-test,app.kubernetes.io/instance=" + RELEASE;
        String operator = cluster.kubectl(
                        "get",
                        "pods",
                        "--selector=app.kubernetes.io/name=crm-task-operator",
                        "--output=jsonpath={.items[0].status.podIP}")
                .strip();
        assertAnswer("reached", "test-open-port", operator, 8080, "--labels", test);
        assertAnswer("silent", "test-probes", operator, 8081, "--labels", test);
    }

    /**
     * Whether a pod of the namespace can open a connection, once the plug-in has programmed the rules of the pod. No plug-in
     * reports when that is, so the pod tries again until it gets the expected answer.
     */
    private void assertAnswer(String answer, String pod, String host, int port, String... options) {
        String ask = "nc -w 1 " + host + " " + port + " </dev/null >/dev/null 2>&1 && now=reached || now=silent";
        String script = "for i in 1 2 3 4 5 6 7 8 9 10; do " + ask + "; [ $now = " + answer
                + " ] && break; /bin/busybox sleep 1; done; echo $now";
        List<String> run = new ArrayList<>(List.of("run", pod, "--image", Cluster.image("listening")));
        run.addAll(List.of("--restart=Never", "--overrides", """
                {"spec": {"securityContext": {"runAsNonRoot": true, "runAsUser": 65532, "seccompProfile": {"type": "RuntimeDefault"}},
                  "containers": [{"name": "%s", "image": "%s", "command": ["/bin/sh", "-c", "%s"],
                    "securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}}}]}}
                """.formatted(pod, Cluster.image("listening"), script)));
        run.addAll(List.of(options));
        cluster.kubectl(run.toArray(String[]::new));
        cluster.kubectl("wait", "pod/" + pod, "--for=jsonpath={.status.phase}=Succeeded", "--timeout=60s");
        assertEquals(answer, cluster.kubectl("logs", pod).strip(), pod + " to " + host);
    }
}
