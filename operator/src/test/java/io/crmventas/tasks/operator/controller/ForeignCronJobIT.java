package io.crmventas.tasks.operator.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.config.OperatorConfig;
import io.crmventas.tasks.operator.config.RunnerSettings;
import io.crmventas.tasks.operator.resources.CronJobFactory;
import io.crmventas.tasks.operator.run.Reason;
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

/** What the caches hold may be late; no operator works here but the test itself. */
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
    void isDeletedOnceAndThenLeftAlone() {
        CronJob earlier = left(crm.create("cleanup", SPEC));
        CrmScheduledTask task = madeAnew();
        assertEquals(Reason.AWAITING_DELETION, refuse(task, earlier));
        assertNull(crm.cronJob("cleanup").get());
        assertEquals(Reason.AWAITING_DELETION, refuse(task, earlier), "the watch has not told of it yet");
    }

    @Test
    void ofALaterTaskIsNotTakenForOne() {
        CrmScheduledTask late = crm.create("cleanup", SPEC);
        CronJob now = left(madeAnew());
        refuse(late, now);
        assertNotNull(crm.cronJob("cleanup").get());
    }

    @Test
    void isKeptWhenItsOwnersAreOthersByNow() {
        CronJob seen = left(crm.create("cleanup", SPEC));
        CrmScheduledTask task = madeAnew();
        // As the garbage collector does for somebody who deletes the task and wants to keep the CronJob.
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

    private CronJob left(CrmScheduledTask task) {
        return crm.client()
                .resource(CronJobFactory.create(task, "*/5 * * * *", "Etc/UTC", false, SETTINGS))
                .create();
    }

    private CrmScheduledTask madeAnew() {
        crm.task("cleanup").delete();
        return crm.create("cleanup", SPEC);
    }
}
