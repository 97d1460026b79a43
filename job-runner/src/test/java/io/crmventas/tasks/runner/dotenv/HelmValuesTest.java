package io.crmventas.tasks.runner.dotenv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class HelmValuesTest {
    private static final String SEED = """
            # SCHEDULED TASKS CONFIGURATION
            ENABLE_SCHEDULED_TASKS=true                    # true/false
            NOTIFICATION_CHECK_INTERVAL_MINUTES=10
            METRICS_REFRESH_INTERVAL_MINUTES=30
            CLEANUP_INTERVAL_HOURS=2
            POSTGRES_DSN=postgresql://user:canary@localhost:5432/crmventas
            REDIS_HOST=localhost
            REDIS_PORT=6379
            REDIS_PASSWORD=canary
            REDIS_CACHE_ENABLED=true
            LOG_LEVEL=WARNING
            ENABLE_TASK_LOGGING=true
            OPENAI_KEY=canary
            """;

    @Test
    void translatesTheSeedsFileWithoutItsSecrets() {
        HelmValues.Translation translation = HelmValues.of(DotEnv.read(SEED));
        assertEquals(List.of(), translation.problems());
        assertEquals("""
                # Values of the chart crm-task-operator, out of a .env file.
                scheduledTasksEnabled: true
                logLevel: WARNING
                runner:
                  logLevel: WARNING
                  taskLogging: true
                redis:
                  cacheEnabled: true
                  host: "localhost"
                  port: 6379
                  secretName: crm-redis
                tasks:
                  notification-checks: {interval: 10m}
                  metrics-refresh: {interval: 30m}
                  cleanup: {interval: 2h}
                # POSTGRES_DSN is a credential and belongs into a Secret:
                #   kubectl create secret generic crm-database --from-literal=POSTGRES_DSN='...'
                # REDIS_PASSWORD is a credential and belongs into a Secret:
                #   kubectl create secret generic crm-redis --from-literal=REDIS_PASSWORD='...'
                # Left out, for the scheduler does not know them: OPENAI_KEY
                """, translation.yaml());
        assertFalse(translation.yaml().contains("canary"));
    }

    @Test
    void namesEveryMistakeAtOnce() {
        assertEquals(
                List.of(
                        "line 1: NOTIFICATION_CHECK_INTERVAL_MINUTES must be a whole number from 1 to 527040",
                        "line 2: ENABLE_TASK_LOGGING must be true or false",
                        "line 3: LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR",
                        "line 5: REDIS_PORT must be a whole number from 1 to 65535"),
                HelmValues.of(DotEnv.read("""
                                NOTIFICATION_CHECK_INTERVAL_MINUTES=0
                                ENABLE_TASK_LOGGING=maybe
                                LOG_LEVEL=LOUD

                                REDIS_PORT=canary
                                """)).problems());
        assertTrue(HelmValues.of(DotEnv.read("CLEANUP_INTERVAL_MINUTES=5"))
                .problems()
                .getFirst()
                .startsWith("line 1: CLEANUP_INTERVAL_MINUTES is no setting of the scheduler; is it misspelt?"));
    }

    /** A key that the chart does not have would be taken in silence. */
    @Test
    void writesKeysThatTheChartHas() throws IOException {
        String chart = Files.readString(Path.of("../helm/crm-task-operator/values.yaml"));
        for (String key : List.of(
                "\nscheduledTasksEnabled:",
                "\nlogLevel:",
                "\n  logLevel:",
                "\n  taskLogging:",
                "\n  cacheEnabled:",
                "\n  host:",
                "\n  port:",
                "\n  secretName:",
                "\n  notification-checks:",
                "\n  metrics-refresh:",
                "\n  cleanup:")) {
            assertTrue(chart.contains(key), key);
        }
    }
}
