package io.crmventas.tasks.operator.desired;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A task that cannot be read ends the watch of all tasks. */
class StoredTaskTest {
    @Test
    void readsEveryQuantityThatTheSchemaAllows() {
        List<String> quantities = List.of(
                "\"\"",
                "\" \"",
                "\"abc\"",
                "\"1Xi\"",
                "\"-1\"",
                "\"1e9e9\"",
                "\"\\u0000\"",
                "\"0.0001\"",
                "5",
                "-1",
                "9223372036854775807");
        for (String quantity : quantities) {
            String stored = """
                    {"apiVersion":"crmventas.io/v1alpha1","kind":"CrmScheduledTask","metadata":{"name":"a"},"spec":
                    {"task":"cleanup","interval":"5m","runner":{"resources":{"limits":{"cpu":%s},"requests":{"cpu":%s}}}}}
                    """.formatted(quantity, quantity);
            CrmScheduledTask task = Serialization.unmarshal(stored, CrmScheduledTask.class);
            CrmScheduledTask copy = Serialization.clone(task);
            String text = quantity.replace("\"", "").replace("\\u0000", "\0");
            assertEquals(
                    text,
                    copy.getSpec().runner().resources().limits().get("cpu").toString(),
                    quantity);
        }
    }
}
