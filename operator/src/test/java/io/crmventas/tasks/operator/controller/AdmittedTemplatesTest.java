package io.crmventas.tasks.operator.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.config.OperatorConfig;
import io.crmventas.tasks.operator.controller.CronJobWriter.AdmittedTemplates;
import io.crmventas.tasks.operator.resources.CronJobFactory;
import io.crmventas.tasks.operator.schedule.ScheduleCompiler;
import io.crmventas.tasks.operator.schedule.ScheduleCompiler.CompiledSchedule;
import io.crmventas.tasks.operator.testing.TestCronJobs;
import io.crmventas.tasks.operator.testing.TestTasks;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An admission webhook adds a container to each CronJob. */
class AdmittedTemplatesTest {
    private final AdmittedTemplates templates = new AdmittedTemplates();
    private final CrmScheduledTask first = TestTasks.stored("first", "{task: cleanup, interval: 5m}");
    private final CrmScheduledTask second = TestTasks.stored("second", "{task: cleanup, interval: 5m}");

    @Test
    void keepsNoTemplateOfADeletedTask() {
        assertTrue(write(first, List.of(first)));
        assertEquals(answer(first), templates.applyTo(desired(first), answer(first)));
        assertTrue(write(second, List.of(first, second)));
        assertEquals(answer(first), templates.applyTo(desired(first), answer(first)));
        assertTrue(write(second, List.of(second)));
        assertEquals(desired(first), templates.applyTo(desired(first), answer(first)));
        assertEquals(answer(second), templates.applyTo(desired(second), answer(second)));
    }

    private boolean write(CrmScheduledTask task, List<CrmScheduledTask> all) {
        return templates.keep(desired(task), answer(task), () -> all);
    }

    private static CronJob answer(CrmScheduledTask task) {
        return TestCronJobs.withContainerAdded(desired(task));
    }

    private static CronJob desired(CrmScheduledTask task) {
        OperatorConfig config = OperatorConfig.from(Map.of("RUNNER_IMAGE", "crm-job-runner:1", "POD_NAMESPACE", "crm"));
        return CronJobFactory.create(task, (CompiledSchedule) ScheduleCompiler.compile(task), false, config.runner());
    }
}
