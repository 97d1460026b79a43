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
import org.jspecify.annotations.Nullable;

/** What the owner of the task wants. Components are boxed: an absent field must not read as a zero. */
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
        @JsonPropertyDescription("Which task runs: notification-checks, metrics-refresh, cleanup, daily-reports,"
                + " or one of the extra tasks in the operator's settings. Cannot be changed.")
        String task,

        @Default("true")
        @JsonPropertyDescription("False suspends the CronJob: no scheduled run starts, a run in progress continues,"
                + " and the history stays.")
        @Nullable
        Boolean enabled,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM + " && " + DurationRules.SECONDS + " >= 60 && "
                        + DurationRules.SECONDS + " <= 31622400 && " + DurationRules.SECONDS
                        + " % 60 == 0",
                message = "spec.interval must be whole minutes from 1m to 366d, as in 5m, 1h30m or 7d; Kubernetes names"
                        + " the Jobs of a CronJob by the minute")
        @JsonPropertyDescription("Time between two runs: whole minutes from 1m to 366d, as in 5m, 1h30m or 7d; a"
                + " day is 24h. Exactly one of interval and schedule is set.")
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
                + " week) as Kubernetes reads it, as in \"0 8 * * *\"; or @hourly, @daily and the like; or"
                + " @every 5m, which unlike interval: 5m gives each task its own second, for hundreds of tasks of"
                + " one interval. Exactly one of interval and schedule is set.")
        @Nullable
        String schedule,

        @Size(min = 1, max = 64)
        @Pattern("^[A-Za-z][A-Za-z0-9_+/-]*$")
        @ValidationRule(
                value = "self != 'Local'",
                message = "spec.timeZone must be a name of the IANA time zone database, as in"
                        + " America/Argentina/Buenos_Aires")
        @JsonPropertyDescription("IANA time zone in which the schedule is read, as in"
                + " America/Argentina/Buenos_Aires. Etc/UTC when absent. Only with schedule.")
        @Nullable
        String timeZone,

        @Default("RunOnce")
        @JsonPropertyDescription("What Kubernetes does with starts that it missed, for one because it was down: RunOnce"
                + " starts one late run for all of them, Skip waits for the next start.")
        @Nullable
        MissedRuns missedRuns,

        @Default("Skip")
        @JsonPropertyDescription("What happens to a start that is due while the earlier run is active: Skip leaves the"
                + " start out, Queue starts one run when the earlier one ends, Replace ends the earlier run.")
        @Nullable
        Overlap overlap,

        @Default("5m")
        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM + " && " + DurationRules.SECONDS + " >= 10 && " + DurationRules.SECONDS
                        + " <= 86400",
                message = "spec.timeout must be a duration from 10s to 24h, as in 90s, 5m or 1h30m")
        @JsonPropertyDescription("Longest time a run may take, from 10s to 24h. The runner stops itself at"
                + " 90 % of it and still reports; Kubernetes ends the Job a little after all of it.")
        @Nullable
        String timeout,

        @JsonPropertyDescription("How often and how fast a run tries again after a transient fault.") @Nullable
        Retry retry,

        @JsonPropertyDescription("How long ago the last success may be before condition Fresh turns False.") @Nullable
        Freshness freshness,

        @Default("0")
        @Min(0)
        @Max(100)
        @JsonPropertyDescription(
                "Failed scheduled runs in a row after which the task pauses itself. It then starts trial runs"
                        + " at growing gaps, and resumes by itself after a success. 0: never.")
        @Nullable
        Integer pauseAfterFailures,

        @Default("1")
        @Min(1)
        @Max(64)
        @JsonPropertyDescription("Pods that share the work of a run, 1 to 64: each works for a part of the tenants,"
                + " split by a hash of the tenant's id. When one fails, the others go on.")
        @Nullable
        Integer shards,

        @JsonPropertyDescription("How many finished Jobs Kubernetes keeps, and how many runs the status lists.")
        @Nullable
        History history,

        @JsonPropertyDescription("Settings of the task itself. Each task knows its own; what is absent has the default"
                + " named in its description.")
        @Nullable
        Parameters parameters,

        @Default("default")
        @Size(min = 1, max = 63)
        @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
        @JsonPropertyDescription(
                "The database that the runs work on: the name of an entry of databases in the operator's"
                        + " Helm values.")
        @Nullable
        String database,

        @Default("default")
        @Size(min = 1, max = 63)
        @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
        @JsonPropertyDescription("Resources, priority and place of the pods that run the task: the name of an entry of"
                + " runner.profiles in the operator's Helm values.")
        @Nullable
        String runnerProfile) {

    /** What Kubernetes does with starts that it missed. */
    public enum MissedRuns {
        @JsonProperty("RunOnce")
        RUN_ONCE,
        @JsonProperty("Skip")
        SKIP
    }

    /** What happens to a start that is due while the earlier run is active. */
    public enum Overlap {
        @JsonProperty("Skip")
        SKIP,
        @JsonProperty("Queue")
        QUEUE,
        @JsonProperty("Replace")
        REPLACE
    }

    /** The policy that holds: {@link Overlap#SKIP} where the resource names none. */
    @JsonIgnore
    public Overlap overlapOrDefault() {
        return overlap == null ? Overlap.SKIP : overlap;
    }

    /** How often and how fast a run tries again. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Retry(
            @Default("2")
            @Min(0)
            @Max(10)
            @JsonPropertyDescription("Tries after the first, 0 to 10: inside the pod after a transient database"
                    + " fault, and as new pods after a lost one.")
            @Nullable
            Integer limit,

            @Default("5s")
            @Size(min = 2, max = DurationRules.LONGEST_TEXT)
            @ValidationRule(
                    value = DurationRules.FORM + " && " + DurationRules.SECONDS + " <= 86400",
                    message = "spec.retry.initialDelay must be a duration from 1s to 24h, as in 5s, 1m or 1m30s")
            @JsonPropertyDescription("Longest wait before the first new try; it doubles with each further"
                    + " one (exponential back-off with full jitter).")
            @Nullable
            String initialDelay,

            @Default("60s")
            @Size(min = 2, max = DurationRules.LONGEST_TEXT)
            @ValidationRule(
                    value = DurationRules.FORM + " && " + DurationRules.SECONDS + " <= 86400",
                    message = "spec.retry.maxDelay must be a duration from 1s to 24h, as in 5s, 1m or 1m30s")
            @JsonPropertyDescription("The wait never grows beyond this.")
            @Nullable
            String maxDelay) {}

    /** Kubernetes' own history limits. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record History(
            @Default("3") @Min(1) @Max(20) @JsonPropertyDescription("Succeeded Jobs to keep, 1 to 20.") @Nullable
            Integer succeeded,

            @Default("1") @Min(1) @Max(20) @JsonPropertyDescription("Failed Jobs to keep, 1 to 20.") @Nullable
            Integer failed,

            @Default("10")
            @Min(0)
            @Max(50)
            @JsonPropertyDescription("Finished runs in status.history, 0 to 50.")
            @Nullable
            Integer entries) {}
}
