package io.crmventas.tasks.operator.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;

/** An admission webhook that applies one JSON patch to every CronJob that is written in one namespace. */
public final class MutatingWebhook implements AutoCloseable {
    private final HttpsServer server;
    private final String patch;
    private final KubernetesClient client;
    private final MutatingWebhookConfiguration configuration;

    private MutatingWebhook(
            HttpsServer server, String patch, KubernetesClient client, MutatingWebhookConfiguration configuration) {
        this.server = server;
        this.patch = patch;
        this.client = client;
        this.configuration = configuration;
    }

    /** Returns when the API server calls the webhook. */
    public static MutatingWebhook start(KubernetesClient client, Path folder, String namespace, String patch)
            throws IOException, GeneralSecurityException {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(TestCertificates.context(folder)));
        MutatingWebhookConfiguration configuration = new KubernetesSerialization()
                .unmarshal(
                        """
                apiVersion: admissionregistration.k8s.io/v1
                kind: MutatingWebhookConfiguration
                metadata: {name: %1$s}
                webhooks:
                  - name: mutate.example.com
                    clientConfig: {url: "https://127.0.0.1:%2$d/", caBundle: %3$s}
                    failurePolicy: Fail
                    sideEffects: None
                    admissionReviewVersions: [v1]
                    namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %1$s}}
                    rules: [{apiGroups: [batch], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [cronjobs]}]
                """.formatted(
                                namespace,
                                server.getAddress().getPort(),
                                Base64.getEncoder().encodeToString(Files.readAllBytes(folder.resolve("tls.crt")))),
                        MutatingWebhookConfiguration.class);
        MutatingWebhook webhook = new MutatingWebhook(
                server, patch, client, client.resource(configuration).create());
        server.createContext("/", webhook::admit);
        server.start();
        return webhook;
    }

    private void admit(HttpExchange exchange) throws IOException {
        try (exchange) {
            String uid = new ObjectMapper()
                    .readTree(exchange.getRequestBody())
                    .at("/request/uid")
                    .asText();
            byte[] answer = """
                    {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
                     "response": {"uid": "%s", "allowed": true, "patchType": "JSONPatch", "patch": "%s"}}
                    """.formatted(
                            uid, Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8)))
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(HttpURLConnection.HTTP_OK, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    @Override
    public void close() {
        client.resource(configuration).delete();
        server.stop(0);
    }
}
