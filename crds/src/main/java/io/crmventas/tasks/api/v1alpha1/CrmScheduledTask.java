package io.crmventas.tasks.api.v1alpha1;

import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.DATE;
import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.INTEGER;
import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.NUMBER;
import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.STRING;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A task of the CRM's background work: what runs, when, and how its last run ended. */
@Group(CrmScheduledTask.GROUP)
@Version(CrmScheduledTask.VERSION)
@Plural("crmscheduledtasks")
@ShortNames({"crmtask", "cst"})
@Categories("crm")
@ValidationRule(
        value = "size(self.metadata.name) <= 52",
        message = "metadata.name must be 52 characters at most: it is also the CronJob's name, and Kubernetes adds 11"
                + " to name its Jobs; choose a shorter name")
@ValidationRule(
        value = "self.spec.shards <= 1 || (!self.metadata.name.contains('.')"
                + " && (self.spec.shards <= 10 || size(self.metadata.name) <= 51))",
        message = "with spec.shards above 1, metadata.name must have no dot, and above 10 shards 51 characters at most:"
                + " Kubernetes makes it the host name of each pod; choose another name")
@AdditionalPrinterColumn(name = "Task", jsonPath = ".spec.task", type = STRING)
@AdditionalPrinterColumn(name = "Schedule", jsonPath = ".status.schedule", type = STRING)
@AdditionalPrinterColumn(name = "State", jsonPath = ".status.state", type = STRING)
@AdditionalPrinterColumn(name = "Last-Run", jsonPath = ".status.lastRun.completionTime", type = DATE)
@AdditionalPrinterColumn(name = "Result", jsonPath = ".status.lastRun.result", type = STRING)
@AdditionalPrinterColumn(name = "Next", jsonPath = ".status.nextRunTime", type = STRING)
@AdditionalPrinterColumn(name = "Age", jsonPath = ".metadata.creationTimestamp", type = DATE)
@AdditionalPrinterColumn(name = "Zone", jsonPath = ".status.timeZone", type = STRING, priority = 1)
@AdditionalPrinterColumn(name = "Duration", jsonPath = ".status.lastRun.durationSeconds", type = NUMBER, priority = 1)
@AdditionalPrinterColumn(name = "Fails", jsonPath = ".status.consecutiveFailures", type = INTEGER, priority = 1)
@AdditionalPrinterColumn(name = "Last-Success", jsonPath = ".status.lastSuccessTime", type = DATE, priority = 1)
@AdditionalPrinterColumn(name = "Reason", jsonPath = ".status.stateReason", type = STRING, priority = 1)
public class CrmScheduledTask extends CustomResource<CrmScheduledTaskSpec, CrmScheduledTaskStatus>
        implements Namespaced {
    public static final String GROUP = "crmventas.io";
    public static final String VERSION = "v1alpha1";

    /** The CRD's default for the observed generation shows that the operator has written no status yet. */
    static final long NOT_REPORTED = -1;

    private static final long serialVersionUID = 1L;

    public String namespace() {
        return getMetadata().getNamespace();
    }

    public String name() {
        return getMetadata().getName();
    }

    /** Returns namespace and name, for example {@code crm/cleanup}. */
    public String id() {
        return namespace() + "/" + name();
    }

    public String uid() {
        return getMetadata().getUid();
    }

    /**
     * Any client can write a status. One that cannot be read counts as absent: an exception would end the watch, and the
     * operator would no longer observe any task.
     */
    @Override
    @JsonDeserialize(using = ReadableStatus.class)
    public void setStatus(@Nullable CrmScheduledTaskStatus status) {
        super.setStatus(status);
    }

    /** Returns the status that the operator has written; an empty one if it has written none. */
    public CrmScheduledTaskStatus reportedStatus() {
        return status == null || Objects.equals(status.observedGeneration(), NOT_REPORTED)
                ? CrmScheduledTaskStatus.EMPTY
                : status;
    }

    private static final class ReadableStatus extends JsonDeserializer<CrmScheduledTaskStatus> {
        @Override
        public @Nullable CrmScheduledTaskStatus deserialize(JsonParser json, DeserializationContext context)
                throws IOException {
            JsonNode status = context.readTree(json);
            try {
                return context.readTreeAsValue(status, CrmScheduledTaskStatus.class);
            } catch (JsonMappingException unreadable) {
                return null;
            }
        }
    }
}
