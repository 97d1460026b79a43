package io.crmventas.tasks.operator.resources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.config.OperatorConfig;
import io.crmventas.tasks.operator.config.RunnerSettings;
import io.crmventas.tasks.operator.resources.RunRequest.RunRefusal;
import io.crmventas.tasks.operator.run.Reason;
import io.crmventas.tasks.operator.testing.TestTasks;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunRefusalTest {
    private static final RunnerSettings SETTINGS = OperatorConfig.from(Map.of(
                    "RUNNER_IMAGE", "localhost/crm/job-runner:test",
                    "POD_NAMESPACE", "crm",
                    "EXTRA_TASKS",
                            "{\"send-invoices\": {\"image\": \"registry.example/invoices:1\", \"args\": [\"send\"]}}"))
            .runner();

    @Test
    void acceptsARunThatIsPossible() {
        assertEquals(Optional.empty(), refusal("cleanup", new RunRequest("a", true)));
        assertEquals(Optional.empty(), refusal("send-invoices", new RunRequest("a", false)));
    }

    @Test
    void refusesWithADocumentedReason() {
        assertRefused("InvalidToken", refusal("cleanup", new RunRequest("a".repeat(254), false)));
        assertRefused("UnknownTask", refusal("clean-up", new RunRequest("a", false)));
        assertRefused("NoDryRun", refusal("send-invoices", new RunRequest("a", true)));
    }

    @Test
    void namesTheUnknownDatabase() {
        CrmScheduledTask task = TestTasks.stored("cleanup", "{task: cleanup, interval: 5m, database: reporting}");
        Optional<RunRefusal> refusal = new RunRequest("a", false).refusal(task, SETTINGS);
        assertRefused("UnknownDatabase", refusal);
        assertTrue(refusal.orElseThrow().message().contains("it has default. "), refusal::toString);
    }

    private static void assertRefused(String reason, Optional<RunRefusal> refusal) {
        assertEquals(reason, refusal.orElseThrow().reason());
        assertTrue(refusal.orElseThrow().message().contains("token"), "the message names the fix");
        assertTrue(Arrays.stream(Reason.values()).anyMatch(known -> known.text().equals(reason)), reason);
    }

    private static Optional<RunRefusal> refusal(String task, RunRequest request) {
        CrmScheduledTask named = TestTasks.stored("cleanup", "{task: " + task + ", interval: 5m}");
        return request.refusal(named, SETTINGS);
    }
}
