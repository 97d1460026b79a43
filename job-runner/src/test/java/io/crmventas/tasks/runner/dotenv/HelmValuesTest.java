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
    private static final Path CHART = Path.of("../helm/crm-task-operator");

    @Test
    void translatesTheSeedsFileWithoutItsSecrets() throws IOException {
        HelmValues.Translation translation = HelmValues.of(DotEnv.read(Files.readString(CHART.resolve("ci/seed.env"))));
        assertEquals(List.of(), translation.problems());
        // Both files are tests of the chart too: it takes these values, and makes the same of the .env itself.
        assertEquals(Files.readString(CHART.resolve("ci/translated-values.yaml")), translation.yaml());
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
}
