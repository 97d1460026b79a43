package io.crmventas.tasks.operator.http;

import io.crmventas.tasks.operator.control.Authorizer;
import io.crmventas.tasks.testing.LocalApiServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Service accounts with rights and real tokens. */
final class People {
    private final LocalApiServer server;
    private final String namespace;

    People(LocalApiServer server, String namespace) {
        this.server = server;
        this.namespace = namespace;
    }

    String user(String name) {
        return "system:serviceaccount:" + namespace + ":" + name;
    }

    /** @return a token of somebody who may do nothing */
    String stranger(String name) {
        server.kubectl("create", "serviceaccount", name, "-n", namespace);
        return server.kubectl("create", "token", name, "-n", namespace, "--audience", Authorizer.AUDIENCE)
                .strip();
    }

    /** A token that the API server takes itself. */
    String apiServerToken(String name) {
        return server.kubectl("create", "token", name, "-n", namespace).strip();
    }

    /**
     * @param where the namespace of the right
     * @param resource with its subresource, as a role names it; or several, by commas
     */
    String allowed(String name, String where, String resource, String... resourceNames) {
        String token = stranger(name);
        grant(name, where, resource, resourceNames);
        return token;
    }

    void grant(String name, String where, String resource, String... resourceNames) {
        String names = resourceNames.length == 0 ? "" : ", resourceNames: [" + String.join(", ", resourceNames) + "]";
        String role = namespace + "-" + name + "-" + resource.replaceAll("[/,]", "-");
        try {
            Path file = Files.createTempFile("role", ".yaml");
            Files.writeString(file, """
                    apiVersion: rbac.authorization.k8s.io/v1
                    kind: Role
                    metadata: {name: %1$s, namespace: %2$s}
                    rules:
                    - {apiGroups: [crmventas.io], resources: [%3$s], verbs: [update, get]%4$s}
                    ---
                    apiVersion: rbac.authorization.k8s.io/v1
                    kind: RoleBinding
                    metadata: {name: %1$s, namespace: %2$s}
                    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: %1$s}
                    subjects:
                    - {kind: ServiceAccount, name: %5$s, namespace: %6$s}
                    """.formatted(role, where, resource, names, name, namespace));
            server.apply(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
