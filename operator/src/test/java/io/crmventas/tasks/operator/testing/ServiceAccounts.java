package io.crmventas.tasks.operator.testing;

import io.crmventas.tasks.operator.control.Authorizer;
import io.crmventas.tasks.testing.LocalApiServer;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import java.util.List;

/** Service accounts with permissions and real tokens. */
public final class ServiceAccounts {
    private final LocalApiServer server;
    private final String namespace;

    public ServiceAccounts(LocalApiServer server, String namespace) {
        this.server = server;
        this.namespace = namespace;
    }

    public String user(String name) {
        return "system:serviceaccount:" + namespace + ":" + name;
    }

    /** @return a token of an account without permissions */
    public String withoutPermissions(String name) {
        server.client()
                .resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(namespace)
                        .endMetadata()
                        .build())
                .create();
        return token(name, List.of(Authorizer.AUDIENCE));
    }

    /** @return a token that is valid at the API server itself */
    public String apiServerToken(String name) {
        return token(name, List.of());
    }

    private String token(String name, List<String> audiences) {
        return server.client()
                .serviceAccounts()
                .inNamespace(namespace)
                .withName(name)
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withAudiences(audiences)
                        .endSpec()
                        .build())
                .getStatus()
                .getToken();
    }

    /**
     * @param where the namespace of the permission
     * @param resource the resource with its subresource, as in a role; commas separate several
     * @return a token of a new account with the permissions to update and get these resources
     */
    public String allowed(String name, String where, String resource, String... resourceNames) {
        String token = withoutPermissions(name);
        grant(name, where, resource, resourceNames);
        return token;
    }

    public void grant(String name, String where, String resource, String... resourceNames) {
        grant(name, where, List.of("update", "get"), resource, resourceNames);
    }

    /** @param resourceNames the names of tasks; without names the permission is for all tasks */
    public void grant(String name, String where, List<String> verbs, String resource, String... resourceNames) {
        String role = role(name, resource);
        server.client()
                .resource(new RoleBuilder()
                        .withNewMetadata()
                        .withName(role)
                        .withNamespace(where)
                        .endMetadata()
                        .addNewRule()
                        .withApiGroups("crmventas.io")
                        .withResources(resource.split(",", -1))
                        .withResourceNames(resourceNames)
                        .withVerbs(verbs)
                        .endRule()
                        .build())
                .create();
        server.client()
                .resource(new RoleBindingBuilder()
                        .withNewMetadata()
                        .withName(role)
                        .withNamespace(where)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "Role", role)
                        .addNewSubject("", "ServiceAccount", name, namespace)
                        .build())
                .create();
    }

    public void withdraw(String name, String where, String resource) {
        server.client()
                .rbac()
                .roleBindings()
                .inNamespace(where)
                .withName(role(name, resource))
                .delete();
    }

    private String role(String name, String resource) {
        return namespace + "-" + name + "-" + resource.replaceAll("[/,]", "-");
    }
}
