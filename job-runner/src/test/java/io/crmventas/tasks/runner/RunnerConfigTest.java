package io.crmventas.tasks.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.settings.Settings;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunnerConfigTest {
    /** The operator passes the fields of a task on. A value that the CRD accepts must not fail every run. */
    @ParameterizedTest
    @CsvSource({"10s, 0, 1s, 1s, 2, 0", "24h, 10, 24h, 24h, 64, 63"})
    void acceptsTheLimitsOfTheCrd(
            String timeout, String retries, String initialDelay, String maxDelay, String shards, String index) {
        Settings settings = new Settings(Map.of(
                "POSTGRES_DSN", "postgresql://user@host/crm",
                "CRM_TASK_TIMEOUT", timeout,
                "CRM_TASK_RETRY_LIMIT", retries,
                "CRM_TASK_RETRY_INITIAL_DELAY", initialDelay,
                "CRM_TASK_RETRY_MAX_DELAY", maxDelay,
                "CRM_TASK_SHARDS", shards,
                "JOB_COMPLETION_INDEX", index));
        RunnerConfig config = new RunnerConfig(settings);
        assertEquals("", settings.problems().stream().map(Failure::message).reduce("", String::concat));
        assertEquals(Integer.parseInt(shards), config.shard.count());
    }
}
