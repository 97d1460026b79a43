package io.crmventas.tasks.e2e;

import io.crmventas.tasks.testing.Trust;
import io.fabric8.kubernetes.client.LocalPortForward;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLSession;

/**
 * The chart's control port as a pod in the cluster reaches it: by the name and port of the Service, through a relay pod. The TLS
 * connection is between this test and the operator, and trusts only the certificate authority in the chart's Secret.
 */
final class ControlPort implements AutoCloseable {
    private static final int RELAY = 9000;

    private final Map<String, String> secret;
    private final LocalPortForward forward;
    private final HttpClient client;

    ControlPort(Cluster cluster, String service) {
        cluster.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: relay}
                spec:
                  automountServiceAccountToken: false
                  terminationGracePeriodSeconds: 1
                  securityContext: {runAsNonRoot: true, runAsUser: 65532, seccompProfile: {type: RuntimeDefault}}
                  containers:
                    - name: relay
                      image: %s
                      command: [nc, -ll, -p, "%d", -e, nc, %s, "8443"]
                      startupProbe: {tcpSocket: {port: %d}, periodSeconds: 1, failureThreshold: 30}
                      securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
                """.formatted(Cluster.image("listening"), RELAY, service, RELAY));
        cluster.kubectl("wait", "pod/relay", "--for=condition=Ready", "--timeout=60s");
        secret = cluster.client
                .secrets()
                .inNamespace(cluster.namespace)
                .withName(service + "-control-tls")
                .require()
                .getData();
        forward = cluster.client
                .pods()
                .inNamespace(cluster.namespace)
                .withName("relay")
                .portForward(RELAY);
        client = HttpClient.newBuilder()
                .sslContext(Trust.only(List.of(certificate("ca.crt"))))
                .build();
    }

    record Reply(int code, String body, HttpHeaders headers, Certificate presented) {
        String header(String name) {
            return headers.firstValue(name).orElse("");
        }
    }

    String address() {
        return "https://localhost:" + forward.getLocalPort();
    }

    /** @param token empty: none */
    Reply get(String token, String path) {
        return send(token, path, HttpRequest.newBuilder().GET());
    }

    /** @param token empty: none */
    Reply post(String token, String path, String body) {
        return send(token, path, HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** @param key the operator carries out one request for each key */
    Reply post(String token, String path, String body, String key) {
        HttpRequest.Builder request = HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.ofString(body));
        return send(token, path, request.header("Idempotency-Key", key));
    }

    private Reply send(String token, String path, HttpRequest.Builder request) {
        request.uri(URI.create(address() + path));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            SSLSession session = response.sslSession().orElseThrow();
            return new Reply(
                    response.statusCode(), response.body(), response.headers(), session.getPeerCertificates()[0]);
        } catch (IOException e) {
            throw new AssertionError("the request for " + path + " got no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    Certificate certificate(String key) {
        byte[] pem = Base64.getDecoder().decode(secret.get(key));
        try {
            return CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
        forward.close();
    }
}
