package io.crmventas.tasks.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Holds the parameters of all built-in tasks side by side, with the names of the CRM's data contract. The runner owns
 * the defaults, because a default of the schema would add every task's parameters to every resource.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Parameters(
        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM,
                message = "spec.parameters.unansweredAfter must be a duration from 1s up, as in 90s, 5m, 1h30m or 30d")
        @JsonPropertyDescription(
                "notification-checks: a conversation is unanswered when the customer's first message since the last answer is older than this. Default 1h.")
        @Nullable
        String unansweredAfter,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM,
                message =
                        "spec.parameters.unansweredEscalateAfter must be a duration from 1s up, as in 90s, 5m, 1h30m or 30d")
        @JsonPropertyDescription(
                "notification-checks: the CEOs are notified as well when the customer's first message since the last answer is older than this. Default 4h.")
        @Nullable
        String unansweredEscalateAfter,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM,
                message =
                        "spec.parameters.unansweredLookback must be a duration from 1s up, as in 90s, 5m, 1h30m or 30d")
        @JsonPropertyDescription(
                "notification-checks: an unanswered conversation counts only if its newest message is not older than this. Default 24h.")
        @Nullable
        String unansweredLookback,

        @Min(1)
        @Max(10000)
        @JsonPropertyDescription(
                "notification-checks: largest number of unanswered conversations that one run reports for a tenant; the next runs report the rest. Default 50.")
        @Nullable
        Integer maxUnanswered,

        @Min(1)
        @Max(10000)
        @JsonPropertyDescription(
                "notification-checks: a lead is hot only with at least this number of messages within hotLeadMessageWindow. Default 3.")
        @Nullable
        Integer hotLeadMinMessages,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM,
                message =
                        "spec.parameters.hotLeadMessageWindow must be a duration from 1s up, as in 90s, 5m, 1h30m or 30d")
        @JsonPropertyDescription(
                "notification-checks: a message counts for a hot lead if it is not older than this. Default 24h.")
        @Nullable
        String hotLeadMessageWindow,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM,
                message = "spec.parameters.hotLeadRecency must be a duration from 1s up, as in 90s, 5m, 1h30m or 30d")
        @JsonPropertyDescription(
                "notification-checks: a lead is hot only if its newest message is not older than this. Default 2h.")
        @Nullable
        String hotLeadRecency,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM,
                message = "spec.parameters.hotLeadMaxAge must be a duration from 1s up, as in 90s, 5m, 1h30m or 30d")
        @JsonPropertyDescription(
                "notification-checks: a lead is hot only if it was created no longer ago than this. Default 7d.")
        @Nullable
        String hotLeadMaxAge,

        @Min(0)
        @Max(100000)
        @JsonPropertyDescription(
                "notification-checks: the seller is notified of a hot lead with this score or more. Default 4.")
        @Nullable
        BigDecimal hotLeadScore,

        @Min(0)
        @Max(100000)
        @JsonPropertyDescription(
                "notification-checks: the CEOs are notified as well of a hot lead with this score or more; it must be hotLeadScore or more. Default 8.")
        @Nullable
        BigDecimal hotLeadCriticalScore,

        @Min(1)
        @Max(10000)
        @JsonPropertyDescription(
                "notification-checks: largest number of hot leads that one run reports for a tenant; the next runs report the rest. Default 20.")
        @Nullable
        Integer maxHotLeads,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM,
                message = "spec.parameters.followUpLookback must be a duration from 1s up, as in 90s, 5m, 1h30m or 30d")
        @JsonPropertyDescription(
                "notification-checks: a conversation is followed up only if its newest message is not older than this. Default 30d.")
        @Nullable
        String followUpLookback,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM,
                message =
                        "spec.parameters.followUpContactedAfter must be a duration from 1s up, as in 90s, 5m, 1h30m or 30d")
        @JsonPropertyDescription(
                "notification-checks: a contacted or qualified lead is followed up when the newest message of the conversation is older than this. Default 2d.")
        @Nullable
        String followUpContactedAfter,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM,
                message = "spec.parameters.followUpNewAfter must be a duration from 1s up, as in 90s, 5m, 1h30m or 30d")
        @JsonPropertyDescription(
                "notification-checks: a new lead is followed up when the newest message of the conversation is older than this. Default 1d.")
        @Nullable
        String followUpNewAfter,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM,
                message =
                        "spec.parameters.followUpNoLeadAfter must be a duration from 1s up, as in 90s, 5m, 1h30m or 30d")
        @JsonPropertyDescription(
                "notification-checks: a conversation without lead is followed up when its newest message is older than this. Default 3d.")
        @Nullable
        String followUpNoLeadAfter,

        @Min(1)
        @Max(10000)
        @JsonPropertyDescription(
                "notification-checks: largest number of follow-ups that one run reports for a tenant; the next runs report the rest. Default 50.")
        @Nullable
        Integer maxFollowUps,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM,
                message =
                        "spec.parameters.responseTimeAlert must be a duration from 1s up, as in 90s, 5m, 1h30m or 30d")
        @JsonPropertyDescription(
                "notification-checks: the seller is notified when the average response time of the day is longer than this. Default 30m.")
        @Nullable
        String responseTimeAlert,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM,
                message =
                        "spec.parameters.responseTimeCritical must be a duration from 1s up, as in 90s, 5m, 1h30m or 30d")
        @JsonPropertyDescription(
                "notification-checks: the CEOs are notified when the average response time of the day is longer than this. Default 60m.")
        @Nullable
        String responseTimeCritical,

        @Min(0)
        @Max(100)
        @JsonPropertyDescription(
                "notification-checks: the seller is notified when the conversion rate is below this, in per cent. Default 10.")
        @Nullable
        BigDecimal conversionRateBelow,

        @Min(1)
        @Max(10000)
        @JsonPropertyDescription(
                "notification-checks: the conversion rate counts only for a seller with at least this number of assigned leads. Default 5.")
        @Nullable
        Integer conversionRateMinLeads,

        @Min(1)
        @Max(10000)
        @JsonPropertyDescription(
                "notification-checks: the seller is notified when the number of active conversations is below this. Default 3.")
        @Nullable
        Integer activeConversationsBelow,

        @Pattern("^([01][0-9]|2[0-3]):[0-5][0-9]$")
        @JsonPropertyDescription(
                "notification-checks: local time of day, as hh:mm, from which the number of active conversations is checked. Default 12:00.")
        @Nullable
        String performanceFrom,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM,
                message = "spec.parameters.metricsMaxAge must be a duration from 1s up, as in 90s, 5m, 1h30m or 30d")
        @JsonPropertyDescription(
                "notification-checks: a seller's metrics are ignored when they were calculated longer ago than this. Default 2h.")
        @Nullable
        String metricsMaxAge,

        @Size(min = 2, max = 2)
        @ValidationRule(value = "self in ['es', 'en']", message = "spec.parameters.language must be es or en")
        @JsonPropertyDescription(
                "notification-checks and daily-reports: language of the notifications and reports, es or en. Default es.")
        @Nullable
        String language,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM + " && " + DurationRules.SECONDS + " >= 172800",
                message = "spec.parameters.window must be a duration of 2d or more, as in 48h or 30d")
        @JsonPropertyDescription(
                "metrics-refresh: period before now that the totals and the leads cover, 2d or more. Default 30d.")
        @Nullable
        String window,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM + " && " + DurationRules.SECONDS + " >= 86400",
                message = "spec.parameters.notificationRetention must be a duration of 1d or more, as in 48h or 30d")
        @JsonPropertyDescription(
                "cleanup: notifications without expires_at are deleted when they are older than this; 1d or more. Default 7d.")
        @Nullable
        String notificationRetention,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM + " && " + DurationRules.SECONDS + " >= 86400",
                message = "spec.parameters.metricsRetention must be a duration of 1d or more, as in 48h or 30d")
        @JsonPropertyDescription(
                "cleanup: rows of seller_metrics are deleted when their period started longer ago than this; 1d or more. Default 30d.")
        @Nullable
        String metricsRetention,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM + " && " + DurationRules.SECONDS + " >= 86400",
                message = "spec.parameters.chatSessionRetention must be a duration of 1d or more, as in 48h or 30d")
        @JsonPropertyDescription(
                "cleanup: inactive chat sessions are deleted when their last activity is older than this; 1d or more. Default 7d.")
        @Nullable
        String chatSessionRetention,

        @Min(1)
        @Max(7)
        @JsonPropertyDescription(
                "daily-reports: number of past local days that a run covers, 1 to 7, yesterday first. A run also writes the missing reports of these days. A report is deleted 7 days after it was written. Default 3.")
        @Nullable
        Integer days) {}
