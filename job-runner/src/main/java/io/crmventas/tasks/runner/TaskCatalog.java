package io.crmventas.tasks.runner;

import com.fasterxml.jackson.databind.JsonNode;
import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.task.CrmTask;

/** Makes the task that a name and its parameters ask for. */
@FunctionalInterface
public interface TaskCatalog {
    /**
     * @throws io.crmventas.tasks.runner.task.InvalidParameters naming every wrong parameter
     */
    CrmTask create(TaskType type, JsonNode parameters);
}
