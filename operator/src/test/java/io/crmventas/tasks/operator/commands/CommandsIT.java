package io.crmventas.tasks.operator.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The commands run with the permissions that the chart gives them. */
@ExtendWith(LocalApiServerExtension.class)
class CommandsIT {
    private static final String HOOK = "system:serviceaccount:crm-system:crm-task-operator-apply-crd";
    private static final String NAME = "crmscheduledtasks.crmventas.io";
    private static final String THIS = "0.9.0";

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

    @Test
    void createsTheCrdAndReplacesTheWholeCrdOfAnOlderRelease(LocalApiServer server) throws IOException {
        Resource<CustomResourceDefinition> live =
                server.client().apiextensions().v1().customResourceDefinitions().withName(NAME);
        live.delete();
        live.waitUntilCondition(crd -> crd == null, 30, TimeUnit.SECONDS);
        assertThrows(KubernetesClientException.class, () -> apply(server), "the account has no permissions yet");

        grant(server);
        assertEquals(NAME + " created\n", apply(server));
        LocalApiServer.awaitEstablished(live);
        assertEquals(NAME + " is up to date\n", apply(server));

        live.edit(older -> {
            older.getMetadata().getLabels().put("kept", "yes");
            spec(older).getProperties().put("dropped", new JSONSchemaProps());
            spec(older).getProperties().get("dropped").setType("string");
            spec(older).getProperties().remove("history");
            return older;
        });
        assertEquals(NAME + " replaced\n", apply(server));
        CustomResourceDefinition now = live.require();
        assertTrue(spec(now).getProperties().containsKey("history"));
        assertFalse(
                spec(now).getProperties().containsKey("dropped"),
                "the new CRD does not have the older release's field");
        assertEquals("yes", now.getMetadata().getLabels().get("kept"));
        assertEquals(THIS, now.getMetadata().getAnnotations().get(CrdUpgrade.BROUGHT_BY));
    }

    /** A newer release in another namespace can have installed the CRD, or this release before a rollback. */
    @Test
    void replacesTheCrdOfANewerReleaseOnlyWithForce(LocalApiServer server) {
        Resource<CustomResourceDefinition> live =
                server.client().apiextensions().v1().customResourceDefinitions().withName(NAME);
        apply(server.client(), "0.9.0", true);
        LocalApiServer.awaitEstablished(live);
        String notChanged = NAME + " is of 0.10.0, newer than 0.9.0: not changed\n";
        setRelease("0.10.0", live);
        assertEquals(notChanged, apply(server.client(), "0.9.0", false));
        assertTrue(spec(live.require()).getProperties().containsKey("newer"));
        assertEquals(NAME + " replaced\n", apply(server.client(), "0.9.0", true));
        assertFalse(spec(live.require()).getProperties().containsKey("newer"));
        assertEquals("0.9.0", live.require().getMetadata().getAnnotations().get(CrdUpgrade.BROUGHT_BY));

        for (String notNewer : List.of("0.9.0", "0.9.0-rc.1", "0.8.12", "development")) {
            setRelease(notNewer, live);
            assertEquals(NAME + " replaced\n", apply(server.client(), "0.9.0", false), notNewer);
        }
    }

    @Test
    void refusesUnknownOptionsOfACommand() {
        assertEquals(64, Commands.run(new String[] {"apply-crd", "--forced"}, out));
        assertEquals(64, Commands.run(new String[] {"apply-crd", "now"}, out));
        assertTrue(text().contains("apply-crd [--force] "));
    }

    @Test
    void listsTheMissingPermissions(LocalApiServer server) {
        String json = """
                [{"namespace": "crm", "rules": [
                  {"apiGroups": ["batch"], "resources": ["cronjobs", "jobs/status"], "verbs": ["get", "patch"]}]}]
                """;
        assertEquals(Commands.OK, new PermissionCheck(server.client(), out).check(json));
        assertEquals("4 of 4 permissions granted\n", text());
        assertEquals(
                Commands.FAILED, new PermissionCheck(server.clientAs("user-without-permissions"), out).check(json));
        assertEquals("""
                missing: get cronjobs in crm
                missing: patch cronjobs in crm
                missing: get jobs/status in crm
                missing: patch jobs/status in crm
                0 of 4 permissions granted
                """, text());
    }

    /** fabric8 reads these properties like the variables HTTPS_PROXY and NO_PROXY. The JDK reads https.proxyHost. */
    @Test
    void reachesTheApiServerDirectlyAlthoughTheEnvironmentHasAProxy(LocalApiServer server) {
        Map<String, String> properties = Map.of(
                "kubeconfig", server.kubeconfig().toString(),
                "https.proxy", "http://127.0.0.1:1",
                "no.proxy", "localhost, .svc, *.example.com",
                "https.proxyHost", "127.0.0.1",
                "https.proxyPort", "1",
                "http.nonProxyHosts", "*.example.com");
        properties.forEach(System::setProperty);
        try {
            String list = "[{\"namespace\": \"crm\", \"rules\": [{\"apiGroups\": [\"batch\"],"
                    + " \"resources\": [\"jobs\"], \"verbs\": [\"list\"]}]}]";
            assertEquals(Commands.OK, Commands.run(new String[] {"check-permissions", list}, out), this::text);
        } finally {
            properties.keySet().forEach(System::clearProperty);
        }
    }

    @Test
    void checksWhetherAnOperatorIsReady() throws IOException {
        HttpServer operator = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        operator.createContext("/health", exchange -> {
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("{}".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        operator.start();
        String url = "http://127.0.0.1:" + operator.getAddress().getPort();
        assertEquals(Commands.OK, Commands.checkHealth(url, Duration.ofSeconds(10), out));
        assertEquals("GET /health/readiness: 200 {}\nGET /health: 200 {}\n", text());
        operator.stop(0);
        assertEquals(Commands.FAILED, Commands.checkHealth(url, Duration.ZERO, out));
        assertTrue(text().startsWith("GET /health/readiness: no answer"));
    }

    private String apply(LocalApiServer server) {
        return apply(server.clientAs(HOOK), THIS, false);
    }

    private String apply(KubernetesClient client, String version, boolean force) {
        assertEquals(Commands.OK, new CrdUpgrade(client, out, version).apply(force));
        return text();
    }

    private static void setRelease(String version, Resource<CustomResourceDefinition> live) {
        live.edit(newer -> {
            newer.getMetadata().getAnnotations().put(CrdUpgrade.BROUGHT_BY, version);
            spec(newer).getProperties().put("newer", new JSONSchemaProps());
            spec(newer).getProperties().get("newer").setType("string");
            return newer;
        });
    }

    private String text() {
        String text = printed.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
        printed.reset();
        return text;
    }

    private static JSONSchemaProps spec(CustomResourceDefinition crd) {
        Map<String, JSONSchemaProps> properties = crd.getSpec()
                .getVersions()
                .getFirst()
                .getSchema()
                .getOpenAPIV3Schema()
                .getProperties();
        return properties.get("spec");
    }

    private static void grant(LocalApiServer server) throws IOException {
        String rules = Files.readString(Path.of("../helm/crm-task-operator/files/rbac/definition.yaml"));
        server.client()
                .resource(new ClusterRoleBuilder()
                        .withNewMetadata()
                        .withName("apply-crd")
                        .endMetadata()
                        .withRules(Serialization.unmarshal(rules, PolicyRule[].class))
                        .build())
                .create();
        server.client()
                .resource(new ClusterRoleBindingBuilder()
                        .withNewMetadata()
                        .withName("apply-crd")
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "apply-crd")
                        .addNewSubject()
                        .withKind("User")
                        .withName(HOOK)
                        .withApiGroup("rbac.authorization.k8s.io")
                        .endSubject()
                        .build())
                .create();
    }
}
