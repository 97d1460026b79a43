package io.crmventas.tasks.operator.resources;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.crmventas.tasks.operator.testing.TestCronJobs;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.zjsonpatch.JsonPatch;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CronJobDriftPatchTest {
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private final CronJob desired;

    CronJobDriftPatchTest() throws IOException {
        desired = CronJobFactoryTest.desired("defaults", CronJobFactoryTest.PLAIN);
    }

    @Test
    void removesUndesiredFieldsFromTheSpec() throws IOException {
        CronJob live = TestCronJobs.withContainerAdded(desired)
                .edit()
                .editSpec()
                .withStartingDeadlineSeconds(30L)
                .endSpec()
                .build();
        assertEquals(desired, corrected(live));
    }

    @Test
    void keepsLabelsAndAnnotationsOfOtherClients() throws IOException {
        CronJob live = desired.edit()
                .editMetadata()
                .withLabels(Map.of("team", "crm"))
                .withAnnotations(Map.of("example.com/note", "mine", CronJobDrift.HASH, "old"))
                .endMetadata()
                .build();
        CronJob corrected = corrected(live);
        assertEquals("crm", corrected.getMetadata().getLabels().get("team"));
        assertEquals("mine", corrected.getMetadata().getAnnotations().get("example.com/note"));
        assertEquals(Optional.empty(), CronJobDrift.between(desired, corrected));
    }

    @Test
    void restoresRemovedLabelsAndAnnotations() throws IOException {
        CronJob live = desired.edit()
                .editMetadata()
                .withLabels(Map.of())
                .withAnnotations(Map.of())
                .endMetadata()
                .build();
        assertEquals(desired, corrected(live));
    }

    private CronJob corrected(CronJob live) throws IOException {
        JsonNode patch = JSON.readTree(CronJobDrift.patch(live, desired));
        return JSON.treeToValue(JsonPatch.apply(patch, JSON.valueToTree(live)), CronJob.class);
    }
}
