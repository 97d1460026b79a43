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
 * Parameters of the built-in tasks, flat, under the names of the CRM's data contract. No schema defaults: a default
 * would add every task's parameters to every resource. The runner owns the defaults.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Parameters(
        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM,
                message = "spec.parameters.unansweredAfter must be a duration from 1s up, as in 90s, 5m, 1h30m or 30d")
        @JsonPropertyDescription(
                "notification-checks: a conversation is unanswered when the first message of its streak is older than this. Default 1h.")
        @Nullable
        String unansweredAfter,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM,
                message =
                        "spec.parameters.unansweredEscalateAfter must be a duration from 1s up, as in 90s, 5m, 1h30m or 30d")
        @JsonPropertyDescription("notification-checks: older than this, the CEOs are notified as well. Default 4h.")
        @Nullable
        String unansweredEscalateAfter,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM,
                message =
                        "spec.parameters.unansweredLookback must be a duration from 1s up, as in 90s, 5m, 1h30m or 30d")
        @JsonPropertyDescription(
                "notification-checks: the newest message of the streak must lie within this. Default 24h.")
        @Nullable
        String unansweredLookback,

        @Min(1)
        @Max(10000)
        @JsonPropertyDescription(
                "notification-checks: most unanswered conversations notified per tenant and run; the rest comes with the next runs. Default 50.")
        @Nullable
        Integer maxUnanswered,

        @Min(1)
        @Max(10000)
        @JsonPropertyDescription(
                "notification-checks: fewest messages within hotLeadMessageWindow that make a lead hot. Default 3.")
        @Nullable
        Integer hotLeadMinMessages,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM,
                message =
                        "spec.parameters.hotLeadMessageWindow must be a duration from 1s up, as in 90s, 5m, 1h30m or 30d")
        @JsonPropertyDescription("notification-checks: messages within this count. Default 24h.")
        @Nullable
        String hotLeadMessageWindow,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM,
                message = "spec.parameters.hotLeadRecency must be a duration from 1s up, as in 90s, 5m, 1h30m or 30d")
        @JsonPropertyDescription("notification-checks: the newest message must lie within this. Default 2h.")
        @Nullable
        String hotLeadRecency,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM,
                message = "spec.parameters.hotLeadMaxAge must be a duration from 1s up, as in 90s, 5m, 1h30m or 30d")
        @JsonPropertyDescription("notification-checks: the lead must have been created within this. Default 7d.")
        @Nullable
        String hotLeadMaxAge,

        @Min(0)
        @Max(100000)
        @JsonPropertyDescription("notification-checks: score from which the lead's seller is notified. Default 4.")
        @Nullable
        BigDecimal hotLeadScore,

        @Min(0)
        @Max(100000)
        @JsonPropertyDescription(
                "notification-checks: score from which the CEOs are notified as well; hotLeadScore or more. Default 8.")
        @Nullable
        BigDecimal hotLeadCriticalScore,

        @Min(1)
        @Max(10000)
        @JsonPropertyDescription("notification-checks: most hot leads notified per tenant and run. Default 20.")
        @Nullable
        Integer maxHotLeads,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM,
                message = "spec.parameters.followUpLookback must be a duration from 1s up, as in 90s, 5m, 1h30m or 30d")
        @JsonPropertyDescription(
                "notification-checks: the newest message of the conversation must lie within this. Default 30d.")
        @Nullable
        String followUpLookback,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM,
                message =
                        "spec.parameters.followUpContactedAfter must be a duration from 1s up, as in 90s, 5m, 1h30m or 30d")
        @JsonPropertyDescription(
                "notification-checks: silence after which a contacted or qualified lead is followed up. Default 2d.")
        @Nullable
        String followUpContactedAfter,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM,
                message = "spec.parameters.followUpNewAfter must be a duration from 1s up, as in 90s, 5m, 1h30m or 30d")
        @JsonPropertyDescription("notification-checks: silence after which a new lead is followed up. Default 1d.")
        @Nullable
        String followUpNewAfter,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM,
                message =
                        "spec.parameters.followUpNoLeadAfter must be a duration from 1s up, as in 90s, 5m, 1h30m or 30d")
        @JsonPropertyDescription(
                "notification-checks: silence after which a conversation without lead is followed up. Default 3d.")
        @Nullable
        String followUpNoLeadAfter,

        @Min(1)
        @Max(10000)
        @JsonPropertyDescription("notification-checks: most follow-ups notified per tenant and run. Default 50.")
        @Nullable
        Integer maxFollowUps,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM,
                message =
                        "spec.parameters.responseTimeAlert must be a duration from 1s up, as in 90s, 5m, 1h30m or 30d")
        @JsonPropertyDescription(
                "notification-checks: average response time of the day above which the seller is notified. Default 30m.")
        @Nullable
        String responseTimeAlert,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM,
                message =
                        "spec.parameters.responseTimeCritical must be a duration from 1s up, as in 90s, 5m, 1h30m or 30d")
        @JsonPropertyDescription(
                "notification-checks: average response time of the day above which the CEOs are notified. Default 60m.")
        @Nullable
        String responseTimeCritical,

        @Min(0)
        @Max(100)
        @JsonPropertyDescription(
                "notification-checks: conversion rate in per cent below which the seller is notified. Default 10.")
        @Nullable
        BigDecimal conversionRateBelow,

        @Min(1)
        @Max(10000)
        @JsonPropertyDescription(
                "notification-checks: the conversion rate counts only from this many assigned leads. Default 5.")
        @Nullable
        Integer conversionRateMinLeads,

        @Min(1)
        @Max(10000)
        @JsonPropertyDescription(
                "notification-checks: number of active conversations below which the seller is notified. Default 3.")
        @Nullable
        Integer activeConversationsBelow,

        @Pattern("^([01][0-9]|2[0-3]):[0-5][0-9]$")
        @JsonPropertyDescription(
                "notification-checks: local time of day (hh:mm) from which active conversations are looked at. Default 12:00.")
        @Nullable
        String performanceFrom,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM,
                message = "spec.parameters.metricsMaxAge must be a duration from 1s up, as in 90s, 5m, 1h30m or 30d")
        @JsonPropertyDescription(
                "notification-checks: metrics calculated longer ago than this are not judged. Default 2h.")
        @Nullable
        String metricsMaxAge,

        @Size(min = 2, max = 2)
        @ValidationRule(value = "self in ['es', 'en']", message = "spec.parameters.language must be es or en")
        @JsonPropertyDescription("notification-checks and daily-reports: language of the texts, es or en. Default es.")
        @Nullable
        String language,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM + " && " + DurationRules.SECONDS + " >= 172800",
                message = "spec.parameters.window must be a duration of 2d or more, as in 48h or 30d")
        @JsonPropertyDescription(
                "metrics-refresh: period that the totals and leads cover, 2 days at least. Default 30d.")
        @Nullable
        String window,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM + " && " + DurationRules.SECONDS + " >= 86400",
                message = "spec.parameters.notificationRetention must be a duration of 1d or more, as in 48h or 30d")
        @JsonPropertyDescription(
                "cleanup: notifications without expires_at are deleted when older than this; 1 day at least. Default 7d.")
        @Nullable
        String notificationRetention,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM + " && " + DurationRules.SECONDS + " >= 86400",
                message = "spec.parameters.metricsRetention must be a duration of 1d or more, as in 48h or 30d")
        @JsonPropertyDescription(
                "cleanup: seller_metrics rows are deleted when their period started longer ago than this; 1 day at least. Default 30d.")
        @Nullable
        String metricsRetention,

        @Size(min = 2, max = DurationRules.LONGEST_TEXT)
        @ValidationRule(
                value = DurationRules.FORM + " && " + DurationRules.SECONDS + " >= 86400",
                message = "spec.parameters.chatSessionRetention must be a duration of 1d or more, as in 48h or 30d")
        @JsonPropertyDescription(
                "cleanup: inactive chat sessions are deleted when their last activity is older than this; 1 day at least. Default 7d.")
        @Nullable
        String chatSessionRetention,

        @Min(1)
        @Max(7)
        @JsonPropertyDescription(
                "daily-reports: how many past local days are looked at, yesterday first; a missed day heals itself. 1 to 7, because a report is deleted 7 days after it was written. Default 3.")
        @Nullable
        Integer days) {}
