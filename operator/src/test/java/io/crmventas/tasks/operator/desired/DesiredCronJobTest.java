package io.crmventas.tasks.operator.desired;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.schedule.CompiledSchedule;
import io.crmventas.tasks.operator.schedule.ScheduleCompiler;
import io.crmventas.tasks.operator.testing.TestTasks;
import io.fabric8.kubernetes.api.model.Quantity;
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

/** Each folder below {@code desired/} is a spec and the CronJob it asks for; {@code -Dgolden.write=true} renews them. */
class DesiredCronJobTest {
    private static final Path CASES = Path.of("src/test/resources/desired");

    static final RunnerSettings PLAIN = new RunnerSettings(
            "localhost/crm/job-runner:1",
            "IfNotPresent",
            List.of(),
            Optional.empty(),
            "crm-database",
            Optional.empty(),
            "INFO",
            true,
            Map.of("cpu", new Quantity("50m"), "memory", new Quantity("96Mi")),
            Map.of("memory", new Quantity("256Mi")),
            Map.of(
                    "send-invoices",
                    new ExtraTask(
                            "registry.example/invoices:2",
                            "Always",
                            List.of("/bin/invoices"),
                            List.of("send", "--all"),
                            Optional.of(List.of("check")),
                            Optional.empty(),
                            Optional.of("invoices"),
                            Map.of("LANGUAGE", "es", "BATCH", "100"),
                            Map.of("memory", new Quantity("32Mi")),
                            Map.of("memory", new Quantity("64Mi")),
                            true)));

    private static final RunnerSettings FULL = new RunnerSettings(
            "registry.example/crm/job-runner:1",
            "Always",
            List.of("pull"),
            Optional.of("crm-runs"),
            "crm-database",
            Optional.of(new RunnerSettings.Redis(Optional.of("redis.crm"), "6379", Optional.of("crm-redis"), true)),
            "DEBUG",
            false,
            PLAIN.requests(),
            PLAIN.limits(),
            PLAIN.extraTasks());

    @ParameterizedTest
    @MethodSource("cases")
    void makesTheCronJobOfTheFolder(Path folder) throws IOException {
        String yaml = Serialization.asYaml(
                desired(folder.getFileName().toString(), folder.endsWith("everything") ? FULL : PLAIN));
        Path golden = folder.resolve("cronjob.yaml");
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(golden, yaml);
        }
        assertEquals(Files.readString(golden), yaml);
    }

    @Test
    void everyFolderHoldsItsTwoFilesAndNothingElse() throws IOException {
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
    void sameTaskSameBytes() throws IOException {
        assertEquals(
                Serialization.asYaml(desired("everything", FULL)), Serialization.asYaml(desired("everything", FULL)));
    }

    @Test
    void ownsOnlyWhatItControls() throws IOException {
        CrmScheduledTask task = TestTasks.stored("defaults", Files.readString(CASES.resolve("defaults/spec.yaml")));
        CronJob cronJob = desired("defaults", PLAIN);
        assertTrue(DesiredCronJob.owns(task, cronJob));
        task.getMetadata().setUid("another");
        assertFalse(DesiredCronJob.owns(task, cronJob));
        task.getMetadata().setUid(TestTasks.UID);
        cronJob.getMetadata().getOwnerReferences().getFirst().setController(null);
        assertFalse(DesiredCronJob.owns(task, cronJob), "an owner that does not control");
    }

    static Stream<Path> cases() throws IOException {
        try (Stream<Path> folders = Files.list(CASES)) {
            return folders.sorted().toList().stream();
        }
    }

    static CronJob desired(String folder, RunnerSettings settings) throws IOException {
        CrmScheduledTask task = TestTasks.stored(folder, Files.readString(CASES.resolve(folder + "/spec.yaml")));
        CompiledSchedule schedule = assertInstanceOf(
                CompiledSchedule.class,
                ScheduleCompiler.compile(
                        "crm",
                        folder,
                        task.getSpec().interval(),
                        task.getSpec().schedule(),
                        task.getSpec().timeZone()));
        return DesiredCronJob.of(
                task,
                schedule.cronJobSchedule(),
                schedule.timeZone(),
                Boolean.FALSE.equals(task.getSpec().enabled()),
                settings);
    }
}
