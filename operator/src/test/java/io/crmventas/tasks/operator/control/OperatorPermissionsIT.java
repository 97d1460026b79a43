package io.crmventas.tasks.operator.control;

import static io.crmventas.tasks.operator.testing.Statuses.ready;
import static io.crmventas.tasks.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.operator.testing.ScheduledJobs;
import io.crmventas.tasks.operator.testing.ServiceAccounts;
import io.crmventas.tasks.operator.testing.TestCronJobs;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The chart's role grants exactly the permissions that the operator uses. The audit log of the API server shows which
 * permissions it uses.
 */
@ExtendWith(LocalApiServerExtension.class)
class OperatorPermissionsIT {
    private static final Path ROLE = Path.of("src/test/resources/operator-role.yaml");
    /**
     * The API server needs these permissions, but the audit log shows no request for them. A server-side apply that finds no
     * object needs create. An owner reference that blocks deletion needs finalizers (OpenShift).
     */
    private static final Set<String> WITHOUT_REQUEST =
            Set.of("create /configmaps", "update crmventas.io/crmscheduledtasks/finalizers");

    @Test
    void theRoleGrantsExactlyTheUsedPermissions(LocalApiServer server) throws Exception {
        useAllPermissions(server);
        Set<String> unused = new TreeSet<>(granted());
        Set<String> used = used(server.auditLog());
        unused.removeAll(used);
        assertEquals(new TreeSet<>(WITHOUT_REQUEST), unused, "granted and not used");
        used.removeAll(granted());
        // Every account may review its own permissions. The framework does so before leader election.
        used.removeIf(permission -> permission.contains("selfsubject"));
        assertEquals(Set.of(), used, "used and not granted");
    }

    private static void useAllPermissions(LocalApiServer server) throws InterruptedException {
        Map<String, String> leading =
                Map.of("LEADER_ELECTION", "true", "POD_NAMESPACE", "crm-system", "POD_NAME", "permissions");
        try (OperatorHarness crm = OperatorHarness.start(server, leading);
                ControlPortFixture control = new ControlPortFixture(crm, server)) {
            eventually(true, () -> crm.operator().look().leading());
            ServiceAccounts people = new ServiceAccounts(server, crm.namespace());
            String token = people.allowed("ceo", crm.namespace(), "crmscheduledtasks/run,crmscheduledtasks/pause");
            String all = people.allowed("all", "crm-system", "crmscheduledtasks/pause");
            crm.create("cleanup", "{task: cleanup, interval: 7m}");
            crm.await("cleanup", ready("True"));
            recreateTheTask(crm);
            readTheEventsOfALateStart(crm, server);
            crm.edit("cleanup", "{task: cleanup, interval: 11m}");
            crm.awaitCronJob("cleanup", it -> it.getSpec().getSchedule().contains("11m"));
            crm.client()
                    .resource(TestCronJobs.foreign(crm.namespace(), "taken"))
                    .create();
            crm.create("taken", "{task: cleanup, interval: 7m}");
            crm.await("taken", ready("False"));
            assertEquals(202, control.post(token, "/health/tasks/run/cleanup").code());
            crm.await("cleanup", now -> now.lastHandledRunRequest() != null);
            assertEquals(200, control.post(all, "/health/tasks/stop").code());
            crm.await("cleanup", now -> now.pause() != null);
            assertEquals(200, control.post(all, "/health/tasks/start").code());
            eventually(true, () -> crm.task("cleanup").get().getStatus().pause() == null);
        }
    }

    private static void readTheEventsOfALateStart(OperatorHarness crm, LocalApiServer server) {
        crm.create("late", "{task: cleanup, schedule: '0 0 1 1 *'}");
        crm.await("late", ready("True"));
        new ScheduledJobs(crm).backdate("late", Instant.now().minus(Duration.ofDays(731)));
        eventually(
                true,
                () -> server.auditLog().stream()
                        .anyMatch(line -> line.contains(OperatorHarness.OPERATOR)
                                && line.contains("/events?")
                                && line.contains("list")));
    }

    /** No garbage collector runs here, so the operator has to delete the CronJob of the deleted task. */
    private static void recreateTheTask(OperatorHarness crm) {
        crm.task("cleanup").delete();
        crm.create("cleanup", "{task: cleanup, interval: 7m}");
        crm.await("cleanup", ready("True"));
    }

    private static Set<String> granted() throws IOException {
        Set<String> permissions = new TreeSet<>();
        for (String document : Files.readString(ROLE).split("(?m)^---$", -1)) {
            HasMetadata resource = Serialization.unmarshal(document, HasMetadata.class);
            List<PolicyRule> rules = switch (resource) {
                case ClusterRole role -> role.getRules();
                case Role role -> role.getRules();
                default -> List.of();
            };
            rules.forEach(rule -> permissions(rule).forEach(permissions::add));
        }
        return permissions;
    }

    private static Stream<String> permissions(PolicyRule rule) {
        return rule.getVerbs().stream()
                .flatMap(verb -> rule.getApiGroups().stream()
                        .flatMap(group ->
                                rule.getResources().stream().map(resource -> permission(verb, group, resource))));
    }

    private static Set<String> used(List<String> audit) throws JsonProcessingException {
        JsonMapper json = new JsonMapper();
        Set<String> permissions = new TreeSet<>();
        for (String line : audit) {
            JsonNode event = json.readTree(line);
            JsonNode object = event.path("objectRef");
            if (event.path("impersonatedUser").path("username").asText().equals(OperatorHarness.OPERATOR)
                    && !object.isMissingNode()) {
                String sub = object.path("subresource").asText();
                permissions.add(permission(
                        event.path("verb").asText(),
                        object.path("apiGroup").asText(),
                        object.path("resource").asText() + (sub.isEmpty() ? "" : "/" + sub)));
            }
        }
        return permissions;
    }

    private static String permission(String verb, String group, String resource) {
        return verb + " " + group + "/" + resource;
    }
}
