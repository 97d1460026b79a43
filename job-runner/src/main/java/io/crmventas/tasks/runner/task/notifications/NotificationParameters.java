package io.crmventas.tasks.runner.task.notifications;

import com.fasterxml.jackson.databind.JsonNode;
import io.crmventas.tasks.runner.task.Language;
import io.crmventas.tasks.runner.task.ParameterReader;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalTime;

/** Parameters of {@code notification-checks} under the names of {@code spec.parameters}. */
public record NotificationParameters(
        Duration unansweredAfter,
        Duration unansweredEscalateAfter,
        Duration unansweredLookback,
        int maxUnanswered,
        int hotLeadMinMessages,
        Duration hotLeadMessageWindow,
        Duration hotLeadRecency,
        Duration hotLeadMaxAge,
        BigDecimal hotLeadScore,
        BigDecimal hotLeadCriticalScore,
        int maxHotLeads,
        Duration followUpLookback,
        Duration followUpContactedAfter,
        Duration followUpNewAfter,
        Duration followUpNoLeadAfter,
        int maxFollowUps,
        Duration responseTimeAlert,
        Duration responseTimeCritical,
        BigDecimal conversionRateBelow,
        int conversionRateMinLeads,
        int activeConversationsBelow,
        LocalTime performanceFrom,
        Duration metricsMaxAge,
        Language language) {

    private static final int MOST = 10_000;

    /**
     * @throws io.crmventas.tasks.runner.task.InvalidParameters naming everything that is wrong
     */
    public static NotificationParameters of(JsonNode json) {
        ParameterReader read = new ParameterReader(json);
        NotificationParameters parameters = new NotificationParameters(
                read.duration("unansweredAfter", "1h"),
                read.duration("unansweredEscalateAfter", "4h"),
                read.duration("unansweredLookback", "24h"),
                read.integer("maxUnanswered", 50, 1, MOST),
                read.integer("hotLeadMinMessages", 3, 1, MOST),
                read.duration("hotLeadMessageWindow", "24h"),
                read.duration("hotLeadRecency", "2h"),
                read.duration("hotLeadMaxAge", "7d"),
                read.decimal("hotLeadScore", 4, 100_000),
                read.decimal("hotLeadCriticalScore", 8, 100_000),
                read.integer("maxHotLeads", 20, 1, MOST),
                read.duration("followUpLookback", "30d"),
                read.duration("followUpContactedAfter", "2d"),
                read.duration("followUpNewAfter", "1d"),
                read.duration("followUpNoLeadAfter", "3d"),
                read.integer("maxFollowUps", 50, 1, MOST),
                read.duration("responseTimeAlert", "30m"),
                read.duration("responseTimeCritical", "60m"),
                read.decimal("conversionRateBelow", 10, 100),
                read.integer("conversionRateMinLeads", 5, 1, MOST),
                read.integer("activeConversationsBelow", 3, 1, MOST),
                read.time("performanceFrom", LocalTime.NOON),
                read.duration("metricsMaxAge", "2h"),
                read.language());
        read.require(
                parameters.hotLeadCriticalScore().compareTo(parameters.hotLeadScore()) >= 0,
                "hotLeadCriticalScore: must be hotLeadScore or more, is " + parameters.hotLeadCriticalScore()
                        + " and hotLeadScore is " + parameters.hotLeadScore() + "; raise it or lower hotLeadScore");
        read.finish();
        return parameters;
    }
}
