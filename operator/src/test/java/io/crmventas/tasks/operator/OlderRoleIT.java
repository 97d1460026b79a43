package io.crmventas.tasks.operator;

import static io.crmventas.tasks.operator.testing.Statuses.condition;
import static io.crmventas.tasks.operator.testing.Statuses.message;
import static io.crmventas.tasks.operator.testing.Statuses.ready;
import static io.crmventas.tasks.operator.testing.Statuses.reason;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An administrator can keep an older role that lacks a permission. */
@ExtendWith(LocalApiServerExtension.class)
class OlderRoleIT {
    private static final Path ROLE = Path.of("src/test/resources/operator-role.yaml");
    private static final String EVERY_FIVE = "{task: cleanup, interval: 5m}";

    @Test
    void reportsAMissingDeletePermissionAndWaits(LocalApiServer server, @TempDir Path folder) throws IOException {
        String role = Files.readString(ROLE).replace("name: crm-task-operator\n", "name: older\n");
        String older = role.replace("verbs: [delete]", "verbs: [get]");
        assertNotEquals(role, older);
        server.apply(Files.writeString(folder.resolve("role.yaml"), older));
        try (OperatorHarness crm = OperatorHarness.start(
                server, Map.of(), server.clientAs("system:serviceaccount:crm-system:older"), Clock.systemUTC())) {
            crm.create("cleanup", EVERY_FIVE);
            crm.await("cleanup", ready("True"));
            crm.task("cleanup").delete();
            crm.create("cleanup", EVERY_FIVE);
            CrmScheduledTaskStatus status = crm.await("cleanup", condition("Reconciling", "True"));
            assertEquals("AwaitingDeletion", reason(status, "Ready"));
            assertTrue(message(status, "Ready").contains("cannot delete resource"), message(status, "Ready"));
            crm.cronJob("cleanup").delete();
            crm.await("cleanup", ready("True"));
        }
    }
}
