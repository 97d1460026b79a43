package io.crmventas.tasks.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The wish of the task's owner. Components are boxed, so that an absent field differs from zero. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "has(self.interval) != has(self.schedule)",
        message = "set exactly one of spec.interval (as in 5m) and spec.schedule (as in \"0 8 * * *\")")
@ValidationRule(
        value = "!has(self.timeZone) || has(self.schedule)",
        message = "spec.timeZone goes with spec.schedule only: an interval is the same in every zone; remove it")
@ValidationRule(
        value = "!has(self.timeZone) || !has(self.schedule) || !self.schedule.startsWith('@every ')",
        message = "spec.timeZone goes with cron fields only: @every is the same in every zone; remove it")
@ValidationRule(
        value = ParameterRules.NOTIFICATION_CHECKS,
        message = "spec.parameters: task notification-checks does not know notificationRetention, metricsRetention,"
                + " chatSessionRetention, window and days; remove them",
        fieldPath = ".parameters")
@ValidationRule(
        value = ParameterRules.METRICS_REFRESH,
        message = "spec.parameters: task metrics-refresh knows only window; remove the others",
        fieldPath = ".parameters")
@ValidationRule(
        value = ParameterRules.CLEANUP,
        message = "spec.parameters: task cleanup knows only notificationRetention, metricsRetention and"
                + " chatSessionRetention; remove the others",
        fieldPath = ".parameters")
@ValidationRule(
        value = ParameterRules.DAILY_REPORTS,
        message = "spec.parameters: task daily-reports knows only days and language; remove the others",
        fieldPath = ".parameters")
@ValidationRule(
        value = ParameterRules.EXTRA_TASKS,
        message = "spec.parameters: only the tasks notification-checks, metrics-refresh, cleanup and daily-reports have"
                + " parameters; an extra task has its arguments in the operator's settings; remove spec.parameters",
        fieldPath = ".parameters")
@ValidationRule(
        value = ParameterRules.HOT_LEAD_SCORES,
        message =
                "spec.parameters.hotLeadCriticalScore (default 8) must be hotLeadScore (default 4) or more; raise it or"
                        + " lower hotLeadScore",
        fieldPath = ".parameters")
public record CrmScheduledTaskSpec(
        @Required
        @Size(min = 1, max = 52)
        @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
        @ValidationRule(
                value = "self == oldSelf",
                message = "spec.task cannot change: its history would belong to another task; create another"
                        + " CrmScheduledTask and delete this one")
        @JsonPropertyDescription("The task that runs: notification-checks, metrics-refresh, cleanup, daily-reports,"
                + " or the name of an entry of extraTasks in the operator's Helm values. It cannot be changed.")
        String task,

        @Default("true")
        @JsonPropertyDescription("False suspends the CronJob: no scheduled run starts. An active run continues, and the"
                + " history stays.")
        Boolean enabled,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM + " && " + DurationRules.SECONDS + " <= 31622400 && " + DurationRules.SECONDS
                        + " % 60 == 0",
                message = "spec.interval must be whole minutes from 1m to 366d, as in 5m, 1h30m or 7d; Kubernetes names"
                        + " the Jobs of a CronJob by the minute")
        @JsonPropertyDescription("Time between two scheduled times: whole minutes from 1m to 366d, as in 5m, 1h30m or"
                + " 7d. A day is 24 hours. Set exactly one of interval and schedule.")
        @Nullable
        String interval,

        @Size(min = 6, max = 100)
        @ValidationRule(
                value = "!self.startsWith('TZ=') && !self.startsWith('CRON_TZ=')",
                message = "spec.schedule must not name a zone; set spec.timeZone")
        @ValidationRule(
                value = ScheduleRules.FORM,
                message = "spec.schedule must be five fields with one space between, as in \"0 8 * * *\", or @every 5m,"
                        + " or @hourly, @daily, @weekly, @monthly, @yearly")
        @ValidationRule(
                value = ScheduleRules.NOT_TOO_SHORT,
                message =
                        "spec.schedule must be @every 1m or more: Kubernetes names the Jobs of a CronJob by the minute")
        @ValidationRule(
                value = ScheduleRules.NOT_TOO_LONG,
                message = "spec.schedule must be @every 8784h (366 days) or less")
        @JsonPropertyDescription("Cron expression of five fields (minute, hour, day of month, month, day of"
                + " week) as Kubernetes reads it, as in \"0 8 * * *\"; or one of @hourly, @daily, @weekly, @monthly and"
                + " @yearly; or @every with a duration, as in @every 5m. With interval: 5m tasks start on whole"
                + " minutes; with @every 5m each task starts at its own second, which spreads hundreds of tasks."
                + " Set exactly one of interval and schedule.")
        @Nullable
        String schedule,

        @Size(min = 1, max = 64)
        @Pattern("^[A-Za-z][A-Za-z0-9_+/-]*$")
        @ValidationRule(
                value = "self != 'Local'",
                message = "spec.timeZone must be a name of the IANA time zone database, as in"
                        + " America/Argentina/Buenos_Aires")
        @JsonPropertyDescription("IANA time zone of schedule, as in America/Argentina/Buenos_Aires. If it is absent,"
                + " the zone is Etc/UTC. It is allowed only with schedule.")
        @Nullable
        String timeZone,

        @Default("RunOnce")
        @JsonPropertyDescription("What Kubernetes does after missed scheduled times, for example after a failure of"
                + " the control plane: RunOnce starts one late run for all of them, Skip waits for the next scheduled"
                + " time.")
        MissedRuns missedRuns,

        @Default("Skip")
        @JsonPropertyDescription("What happens at a scheduled time while an earlier run is active: Skip starts no run,"
                + " Queue starts one run when the earlier run ends, Replace ends the earlier run and starts a new one.")
        Overlap overlap,

        @Default("5m")
        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM + " && " + DurationRules.SECONDS + " >= 10 && " + DurationRules.SECONDS
                        + " <= 86400",
                message = "spec.timeout must be a duration from 10s to 24h, as in 90s, 5m or 1h30m")
        @JsonPropertyDescription("Longest duration of a run, from 10s to 24h, as in 90s, 5m or 1h30m. The runner stops"
                + " itself at 90 % of it and still writes its report. Kubernetes ends the Job 60 s after it.")
        String timeout,

        @JsonPropertyDescription("How often a run is repeated after a transient fault, and how long it waits before.")
        @Nullable
        Retry retry,

        @JsonPropertyDescription(
                "How old the last success may be before condition Fresh turns False. Set either missedRuns"
                        + " with grace, or maxAge.")
        @Nullable
        Freshness freshness,

        @Default("0")
        @Min(0)
        @Max(100)
        @JsonPropertyDescription(
                "Number of scheduled runs that must fail in a row before the task pauses itself, 0 to 100. While it"
                        + " is paused the operator starts trial runs at growing gaps, and a success resumes the task. With 0"
                        + " the task never pauses itself.")
        Integer pauseAfterFailures,

        @Default("1")
        @Min(1)
        @Max(64)
        @JsonPropertyDescription("Number of pods that share the work of a run, 1 to 64. Each pod works for a part of"
                + " the tenants, which a hash of the tenant's id decides. If one pod fails, the others continue.")
        Integer shards,

        @JsonPropertyDescription(
                "How many finished Jobs Kubernetes keeps, and how many finished runs the status lists.")
        @Nullable
        History history,

        @JsonPropertyDescription("Settings of the task itself. Each description begins with the tasks that have the"
                + " parameter. An absent parameter has the default that its description names.")
        @Nullable
        Parameters parameters,

        @Default("default")
        @Size(min = 1, max = 63)
        @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
        @JsonPropertyDescription(
                "The database that the runs work on: the name of an entry of databases in the operator's"
                        + " Helm values. Entry default always exists.")
        String database,

        @Default("default")
        @Size(min = 1, max = 63)
        @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
        @JsonPropertyDescription("Resources, priority and node selection of the pods of a run: the name of an entry of"
                + " runner.profiles in the operator's Helm values. Entry default always exists.")
        String runnerProfile) {
    /** The API server sets these defaults too. Only a resource that it has not stored yet lacks one of them. */
    public CrmScheduledTaskSpec {
        enabled = Objects.requireNonNullElse(enabled, true);
        missedRuns = Objects.requireNonNullElse(missedRuns, MissedRuns.RUN_ONCE);
        overlap = Objects.requireNonNullElse(overlap, Overlap.SKIP);
        timeout = Objects.requireNonNullElse(timeout, "5m");
        pauseAfterFailures = Objects.requireNonNullElse(pauseAfterFailures, 0);
        shards = Objects.requireNonNullElse(shards, 1);
        database = Objects.requireNonNullElse(database, "default");
        runnerProfile = Objects.requireNonNullElse(runnerProfile, "default");
    }

    /** Names what Kubernetes does after missed scheduled times. */
    public enum MissedRuns {
        @JsonProperty("RunOnce")
        RUN_ONCE,
        @JsonProperty("Skip")
        SKIP
    }

    /** Names what happens at a scheduled time while an earlier run is active. */
    public enum Overlap {
        @JsonProperty("Skip")
        SKIP,
        @JsonProperty("Queue")
        QUEUE,
        @JsonProperty("Replace")
        REPLACE
    }

    /** Returns {@code spec.history}, or its defaults when the resource has none. */
    @JsonIgnore
    public History historyOrDefault() {
        return history == null ? new History(3, 1, 10) : history;
    }

    /** Returns {@code spec.freshness}, or its defaults when the resource has none. */
    @JsonIgnore
    public Freshness freshnessOrDefault() {
        return freshness == null ? new Freshness(2, "5m", null) : freshness;
    }

    /** Limits how often a run is repeated, and how long it waits before a repetition. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Retry(
            @Default("2")
            @Min(0)
            @Max(10)
            @JsonPropertyDescription("Number of attempts after the first one, 0 to 10. The runner repeats the work in"
                    + " its pod after a transient database fault; Kubernetes creates a new pod after a lost pod.")
            @Nullable
            Integer limit,

            @Default("5s")
            @Size(min = 2, max = DurationRules.LONGEST_TEXT)
            @ValidationRule(
                    value = DurationRules.FORM + " && " + DurationRules.SECONDS + " <= 86400",
                    message = "spec.retry.initialDelay must be a duration from 1s to 24h, as in 5s, 1m or 1m30s")
            @JsonPropertyDescription("Longest wait before the second attempt, from 1s to 24h, as in 5s or 1m. It"
                    + " doubles with each further attempt (exponential back-off with full jitter).")
            @Nullable
            String initialDelay,

            @Default("60s")
            @Size(min = 2, max = DurationRules.LONGEST_TEXT)
            @ValidationRule(
                    value = DurationRules.FORM + " && " + DurationRules.SECONDS + " <= 86400",
                    message = "spec.retry.maxDelay must be a duration from 1s to 24h, as in 5s, 1m or 1m30s")
            @JsonPropertyDescription("Upper limit of the wait between two attempts, from 1s to 24h, as in 60s or 5m.")
            @Nullable
            String maxDelay) {}

    /** Limits how much of the past Kubernetes and the status keep. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record History(
            @Default("3")
            @Min(1)
            @Max(20)
            @JsonPropertyDescription("Number of succeeded Jobs that Kubernetes keeps, 1 to 20.")
            Integer succeeded,

            @Default("1")
            @Min(1)
            @Max(20)
            @JsonPropertyDescription("Number of failed Jobs that Kubernetes keeps, 1 to 20.")
            Integer failed,

            @Default("10")
            @Min(0)
            @Max(50)
            @JsonPropertyDescription("Number of finished runs in status.history, 0 to 50.")
            Integer entries) {
        public History {
            succeeded = Objects.requireNonNullElse(succeeded, 3);
            failed = Objects.requireNonNullElse(failed, 1);
            entries = Objects.requireNonNullElse(entries, 10);
        }
    }
}
