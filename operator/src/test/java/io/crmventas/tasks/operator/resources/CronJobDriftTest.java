package io.crmventas.tasks.operator.resources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.operator.testing.TestCronJobs;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class CronJobDriftTest {
    private final CronJob desired;

    CronJobDriftTest() throws IOException {
        desired = CronJobFactoryTest.desired("defaults", CronJobFactoryTest.PLAIN);
    }

    @Test
    void ignoresDefaultsAndAnnotationsOfOtherClients() {
        CronJob live = desired.edit()
                .editMetadata()
                .addToAnnotations("example.com/note", "mine")
                .withResourceVersion("7")
                .endMetadata()
                .editSpec()
                .editJobTemplate()
                .editSpec()
                .withCompletionMode("NonIndexed")
                .endSpec()
                .endJobTemplate()
                .endSpec()
                .withNewStatus()
                .endStatus()
                .build();
        assertEquals(Optional.empty(), CronJobDrift.between(desired, live));
    }

    @Test
    void ignoresAnotherNotationOfAQuantity() {
        CronJob live = withMemory("96Mi", "100663296");
        assertEquals(Optional.empty(), CronJobDrift.between(desired, live));
    }

    @Test
    void comparesQuantitiesAsTheApiServerStoresThem() {
        assertEquals(Optional.empty(), CronJobDrift.between(withMemory("0.0001"), withMemory("1m")));
        assertEquals(Optional.empty(), CronJobDrift.between(withMemory("1500u"), withMemory("2m")));
        assertEquals(Optional.empty(), CronJobDrift.between(withMemory("1e3"), withMemory("1k")));
        for (String unreadable : List.of("", "abc", "1Xi")) {
            assertTrue(
                    CronJobDrift.between(withMemory(unreadable), withMemory("1"))
                            .isPresent(),
                    unreadable);
        }
    }

    private CronJob withMemory(String quantity) {
        return editPod(
                desired,
                pod -> pod.editFirstContainer()
                        .editResources()
                        .addToRequests("memory", new Quantity(quantity, ""))
                        .endResources()
                        .endContainer());
    }

    @Test
    void treatsAnEmptyTextAsAbsent() {
        CronJob wanted = editPod(
                desired,
                pod -> pod.addNewToleration()
                        .withKey("x")
                        .withOperator("Exists")
                        .withEffect("")
                        .endToleration());
        CronJob live = editPod(
                desired,
                pod -> pod.addNewToleration()
                        .withKey("x")
                        .withOperator("Exists")
                        .endToleration());
        assertEquals(Optional.empty(), CronJobDrift.between(wanted, live));
    }

    @Test
    void findsAdditionsOfAnotherClientToThePod() {
        String pod = "/spec/jobTemplate/spec/template/spec";
        assertEquals(
                Optional.of(pod + "/hostNetwork"),
                CronJobDrift.between(desired, editPod(desired, it -> it.withHostNetwork(true))));
        assertEquals(
                Optional.of(pod + "/initContainers"),
                CronJobDrift.between(
                        desired,
                        editPod(
                                desired,
                                it -> it.addNewInitContainer().withName("x").endInitContainer())));
        assertEquals(
                Optional.of(pod + "/containers/0/envFrom"),
                CronJobDrift.between(
                        desired,
                        editPod(
                                desired,
                                it -> it.editFirstContainer()
                                        .addNewEnvFrom()
                                        .withPrefix("x")
                                        .endEnvFrom()
                                        .endContainer())));
        assertEquals(
                Optional.of(pod + "/containers/0/securityContext/privileged"),
                CronJobDrift.between(
                        desired,
                        editPod(
                                desired,
                                it -> it.editFirstContainer()
                                        .editOrNewSecurityContext()
                                        .withPrivileged(true)
                                        .endSecurityContext()
                                        .endContainer())));
    }

    private static CronJob editPod(CronJob cronJob, UnaryOperator<PodSpecBuilder> edit) {
        CronJob edited = cronJob.edit().build();
        PodTemplateSpec template = edited.getSpec().getJobTemplate().getSpec().getTemplate();
        template.setSpec(edit.apply(new PodSpecBuilder(template.getSpec())).build());
        return edited;
    }

    @Test
    void findsAChangedQuantity() {
        assertEquals(
                Optional.of("/spec/jobTemplate/spec/template/spec/containers/0/resources/requests/memory"),
                CronJobDrift.between(desired, withMemory("96Mi", "97Mi")));
    }

    @Test
    void findsAChangedField() {
        CronJob live =
                desired.edit().editSpec().withSchedule("* * * * *").endSpec().build();
        assertEquals(Optional.of("/spec/schedule"), CronJobDrift.between(desired, live));
    }

    @Test
    void findsAnAddedDeadline() {
        CronJob live = desired.edit()
                .editSpec()
                .withStartingDeadlineSeconds(30L)
                .endSpec()
                .build();
        assertEquals(Optional.of("/spec/startingDeadlineSeconds"), CronJobDrift.between(desired, live));
    }

    @Test
    void findsAnAddedContainer() {
        CronJob live = TestCronJobs.withContainerAdded(desired);
        assertEquals(
                Optional.of("/spec/jobTemplate/spec/template/spec/containers"), CronJobDrift.between(desired, live));
    }

    @Test
    void findsThePriorityThatAProfileNoLongerSets() throws IOException {
        CronJob richer = CronJobFactoryTest.desired("everything", CronJobFactoryTest.FULL);
        CronJob poorer = new CronJobBuilder(richer)
                .editSpec()
                .editJobTemplate()
                .editSpec()
                .editTemplate()
                .editSpec()
                .withPriorityClassName(null)
                .endSpec()
                .endTemplate()
                .endSpec()
                .endJobTemplate()
                .endSpec()
                .build();
        assertEquals(
                Optional.of("/metadata/annotations/crmventas.io/desired-hash"),
                CronJobDrift.between(CronJobDrift.stamped(poorer), richer));
    }

    private CronJob withMemory(String before, String after) {
        CronJob live = desired.edit().build();
        Map<String, Quantity> requests = TestCronJobs.podSpec(live)
                .getContainers()
                .getFirst()
                .getResources()
                .getRequests();
        assertEquals(new Quantity(before), requests.get("memory"));
        requests.put("memory", new Quantity(after));
        return live;
    }
}
