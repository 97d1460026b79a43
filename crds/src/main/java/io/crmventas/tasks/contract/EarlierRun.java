package io.crmventas.tasks.contract;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended, as a later one read it in the durable trace.
 *
 * @param jobName of the Job
 * @param result as that run's own report says it
 * @param reason why it failed
 * @param completionTime RFC 3339 in UTC
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record EarlierRun(
        String jobName,
        RunResult result,
        @Nullable String reason,
        @Nullable String completionTime) {}
