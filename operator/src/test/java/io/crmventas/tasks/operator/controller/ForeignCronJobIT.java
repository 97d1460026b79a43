package io.crmventas.tasks.operator.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.config.OperatorConfig;
import io.crmventas.tasks.operator.config.RunnerSettings;
import io.crmventas.tasks.operator.resources.CronJobFactory;
import io.crmventas.tasks.operator.run.Reason;
import io.crmventas.tasks.operator.schedule.ScheduleCompiler;
import io.crmventas.tasks.operator.schedule.ScheduleCompiler.CompiledSchedule;
import io.crmventas.tasks.operator.testing.OperatorHarness;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The caches of the operator can be late. The test calls the code itself; its operator watches another namespace. */
@ExtendWith(LocalApiServerExtension.class)
class ForeignCronJobIT {
    private static final String SPEC = "{task: cleanup, interval: 5m}";
    private static final RunnerSettings SETTINGS = OperatorConfig.from(
                    Map.of("RUNNER_IMAGE", "localhost/crm/job-runner:test", "POD_NAMESPACE", "crm"))
            .runner();

    private OperatorHarness crm;

    @BeforeEach
    void start(LocalApiServer server) {
        crm = OperatorHarness.start(server, Map.of("WATCH_NAMESPACES", "nowhere"));
    }

    @AfterEach
    void stop() {
        crm.close();
    }

    @Test
    void deletesTheCronJobOfAnEarlierTaskOnce() {
        CronJob earlier = createCronJob(crm.create("cleanup", SPEC));
        CrmScheduledTask task = recreateTask();
        assertEquals(Reason.AWAITING_DELETION, refuse(task, earlier));
        assertNull(crm.cronJob("cleanup").get());
        assertEquals(Reason.AWAITING_DELETION, refuse(task, earlier), "the watch has not reported the deletion yet");
    }

    @Test
    void keepsTheCronJobOfALaterTask() {
        CrmScheduledTask late = crm.create("cleanup", SPEC);
        CronJob now = createCronJob(recreateTask());
        refuse(late, now);
        assertNotNull(crm.cronJob("cleanup").get());
    }

    @Test
    void keepsACronJobWhoseOwnersHaveChanged() {
        CronJob seen = createCronJob(crm.create("cleanup", SPEC));
        CrmScheduledTask task = recreateTask();
        // The garbage collector removes the owner when a client deletes the task with the option to keep the CronJob.
        crm.cronJob("cleanup")
                .edit(it -> new CronJobBuilder(it)
                        .editMetadata()
                        .withOwnerReferences()
                        .endMetadata()
                        .build());
        assertEquals(Reason.AWAITING_DELETION, refuse(task, seen));
        assertNotNull(crm.cronJob("cleanup").get());
    }

    private Reason refuse(CrmScheduledTask task, CronJob seen) {
        return ForeignCronJob.refuse(task, seen, crm.client()).reason();
    }

    private CronJob createCronJob(CrmScheduledTask task) {
        return crm.client()
                .resource(
                        CronJobFactory.create(task, (CompiledSchedule) ScheduleCompiler.compile(task), false, SETTINGS))
                .create();
    }

    private CrmScheduledTask recreateTask() {
        crm.task("cleanup").delete();
        return crm.create("cleanup", SPEC);
    }
}
