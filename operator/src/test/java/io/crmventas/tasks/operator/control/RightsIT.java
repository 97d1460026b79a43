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

/** The role grants what the operator uses, by the API server's own audit log, and nothing besides. */
@ExtendWith(LocalApiServerExtension.class)
class RightsIT {
    private static final Path ROLE = Path.of("src/test/resources/operator-role.yaml");
    /**
     * No request shows these, though the API server asks for them: create, where server-side apply finds nothing to
     * patch; finalizers, where an owner reference blocks deletion (OpenShift).
     */
    private static final Set<String> WITHOUT_REQUEST =
            Set.of("create /configmaps", "update crmventas.io/crmscheduledtasks/finalizers");

    @Test
    void areThoseThatALifeUses(LocalApiServer server) throws Exception {
        live(server);
        Set<String> unused = new TreeSet<>(granted());
        Set<String> used = used(server.auditLog());
        unused.removeAll(used);
        assertEquals(new TreeSet<>(WITHOUT_REQUEST), unused, "granted and not used");
        used.removeAll(granted());
        // Everybody may ask what he may; the framework does so before it seeks to lead.
        used.removeIf(right -> right.contains("selfsubject"));
        assertEquals(Set.of(), used, "used and not granted");
    }

    private static void live(LocalApiServer server) throws InterruptedException {
        Map<String, String> leading =
                Map.of("LEADER_ELECTION", "true", "POD_NAMESPACE", "crm-system", "POD_NAME", "rights");
        try (OperatorHarness crm = OperatorHarness.start(server, leading);
                ControlPoint control = new ControlPoint(crm, server)) {
            eventually(true, () -> crm.operator().look().leading());
            ServiceAccounts people = new ServiceAccounts(server, crm.namespace());
            String token = people.allowed("ceo", crm.namespace(), "crmscheduledtasks/run,crmscheduledtasks/pause");
            String all = people.allowed("all", "crm-system", "crmscheduledtasks/pause");
            crm.create("cleanup", "{task: cleanup, interval: 7m}");
            crm.await("cleanup", ready("True"));
            isMadeAnew(crm);
            looksForTheReasonOfALateStart(crm, server);
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

    private static void looksForTheReasonOfALateStart(OperatorHarness crm, LocalApiServer server) {
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

    /** No garbage collector runs here: the CronJob of the earlier task stays, for the operator to delete. */
    private static void isMadeAnew(OperatorHarness crm) {
        crm.task("cleanup").delete();
        crm.create("cleanup", "{task: cleanup, interval: 7m}");
        crm.await("cleanup", ready("True"));
    }

    private static Set<String> granted() throws IOException {
        Set<String> rights = new TreeSet<>();
        for (String document : Files.readString(ROLE).split("(?m)^---$", -1)) {
            HasMetadata resource = Serialization.unmarshal(document, HasMetadata.class);
            List<PolicyRule> rules = switch (resource) {
                case ClusterRole role -> role.getRules();
                case Role role -> role.getRules();
                default -> List.of();
            };
            rules.forEach(rule -> of(rule).forEach(rights::add));
        }
        return rights;
    }

    private static Stream<String> of(PolicyRule rule) {
        return rule.getVerbs().stream()
                .flatMap(verb -> rule.getApiGroups().stream()
                        .flatMap(group -> rule.getResources().stream().map(resource -> right(verb, group, resource))));
    }

    private static Set<String> used(List<String> audit) throws JsonProcessingException {
        JsonMapper json = new JsonMapper();
        Set<String> rights = new TreeSet<>();
        for (String line : audit) {
            JsonNode event = json.readTree(line);
            JsonNode object = event.path("objectRef");
            if (event.path("impersonatedUser").path("username").asText().equals(OperatorHarness.OPERATOR)
                    && !object.isMissingNode()) {
                String sub = object.path("subresource").asText();
                rights.add(right(
                        event.path("verb").asText(),
                        object.path("apiGroup").asText(),
                        object.path("resource").asText() + (sub.isEmpty() ? "" : "/" + sub)));
            }
        }
        return rights;
    }

    private static String right(String verb, String group, String resource) {
        return verb + " " + group + "/" + resource;
    }
}
