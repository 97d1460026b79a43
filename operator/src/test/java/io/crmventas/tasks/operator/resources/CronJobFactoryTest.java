package io.crmventas.tasks.operator.resources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.config.Catalog;
import io.crmventas.tasks.operator.config.OperatorConfig;
import io.crmventas.tasks.operator.config.RunnerSettings;
import io.crmventas.tasks.operator.schedule.ScheduleCompiler;
import io.crmventas.tasks.operator.schedule.ScheduleCompiler.CompiledSchedule;
import io.crmventas.tasks.operator.testing.TestTasks;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each folder below {@code cronjobs/} holds a spec and the CronJob that it defines. {@code -Dgolden.write=true} renews the
 * CronJobs.
 */
class CronJobFactoryTest {
    private static final Path CASES = Path.of("src/test/resources/cronjobs");

    static final RunnerSettings PLAIN = new RunnerSettings(
            "localhost/crm/job-runner:1",
            "IfNotPresent",
            List.of(),
            Optional.empty(),
            new RunnerSettings.Log("INFO", false, true),
            catalog(Map.of(
                    "RUNNER_IMAGE",
                    "x",
                    "POD_NAMESPACE",
                    "crm",
                    "DATABASES",
                    "{\"other\": {\"secretName\": \"other\"}}",
                    "RUNNER_PROFILES",
                    "{\"large\": {\"resources\": {\"limits\": {\"memory\": \"1Gi\"}}, \"labels\": {\"a\": \"b\"}}}",
                    "EXTRA_TASKS",
                    """
                    {"send-invoices": {"image": "registry.example/invoices:2", "imagePullPolicy": "Always",
                     "command": ["/bin/invoices"], "args": ["send", "--all"], "check": ["check"],
                     "secretName": "invoices", "env": {"LANGUAGE": "es", "BATCH": "100"}, "database": true}}""")));

    static final RunnerSettings FULL = new RunnerSettings(
            "registry.example/crm/job-runner:1",
            "Always",
            List.of("pull"),
            Optional.of(new RunnerSettings.Redis(Optional.of("redis.crm"), "6379", Optional.of("crm-redis"), true)),
            new RunnerSettings.Log("DEBUG", true, false),
            catalog(Map.of(
                    "RUNNER_IMAGE",
                    "x",
                    "POD_NAMESPACE",
                    "crm",
                    "DATABASES",
                    "{\"reporting\": {\"secretName\": \"crm-postgres-app\", \"key\": \"uri\"}}",
                    "RUNNER_PROFILES",
                    """
                    {"default": {"serviceAccountName": "crm-runs"},
                     "large": {"resources": {"requests": {"memory": "128Mi"}, "limits": {"memory": "512Mi", "cpu": "1"}},
                      "priorityClassName": "business-low", "queueName": "batch",
                      "nodeSelector": {"kubernetes.io/arch": "amd64"},
                      "tolerations": [{"key": "batch", "operator": "Exists", "effect": "NoSchedule"}],
                      "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution":
                        {"nodeSelectorTerms": [{"matchExpressions": [{"key": "disk", "operator": "Exists"}]}]}}},
                      "labels": {"team": "sales", "crmventas.io/task-name": "another-task"},
                      "annotations": {"example.com/cost": "crm"}}}""")));

    private static Catalog catalog(Map<String, String> environment) {
        return OperatorConfig.from(environment).runner().catalog();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void createsTheCronJobOfTheFolder(Path folder) throws IOException {
        String yaml = Serialization.asYaml(
                desired(folder.getFileName().toString(), folder.endsWith("everything") ? FULL : PLAIN));
        Path golden = folder.resolve("cronjob.yaml");
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(golden, yaml);
        }
        assertEquals(Files.readString(golden), yaml);
    }

    @Test
    void everyFolderHoldsExactlyTwoFiles() throws IOException {
        for (Path folder : cases().toList()) {
            try (Stream<Path> files = Files.list(folder)) {
                assertEquals(
                        List.of("cronjob.yaml", "spec.yaml"),
                        files.map(file -> file.getFileName().toString())
                                .sorted()
                                .toList());
            }
        }
    }

    @Test
    void theSameTaskGivesTheSameBytes() throws IOException {
        assertEquals(
                Serialization.asYaml(desired("everything", FULL)), Serialization.asYaml(desired("everything", FULL)));
    }

    @Test
    void ownsOnlyACronJobThatTheTaskControls() throws IOException {
        CrmScheduledTask task = TestTasks.stored("defaults", Files.readString(CASES.resolve("defaults/spec.yaml")));
        CronJob cronJob = desired("defaults", PLAIN);
        assertTrue(CronJobFactory.owns(task, cronJob));
        task.getMetadata().setUid("another");
        assertFalse(CronJobFactory.owns(task, cronJob));
        task.getMetadata().setUid(TestTasks.UID);
        cronJob.getMetadata().getOwnerReferences().getFirst().setController(null);
        assertFalse(CronJobFactory.owns(task, cronJob), "the task is an owner and not the controller");
    }

    static Stream<Path> cases() throws IOException {
        try (Stream<Path> folders = Files.list(CASES)) {
            return folders.sorted().toList().stream();
        }
    }

    static CronJob desired(String folder, RunnerSettings settings) throws IOException {
        CrmScheduledTask task = TestTasks.stored(folder, Files.readString(CASES.resolve(folder + "/spec.yaml")));
        CompiledSchedule schedule = assertInstanceOf(CompiledSchedule.class, ScheduleCompiler.compile(task));
        return CronJobFactory.create(task, schedule, !task.getSpec().enabled(), settings);
    }
}
