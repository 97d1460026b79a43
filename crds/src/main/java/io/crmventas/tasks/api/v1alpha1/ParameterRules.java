package io.crmventas.tasks.api.v1alpha1;

/** Defines by CEL which of the flat {@link Parameters} each built-in task refuses. */
final class ParameterRules {
    private static final String IF = "!has(self.parameters) || self.task != '";
    private static final String NOT_NOTIFICATIONS = "!has(self.parameters.unansweredAfter)"
            + " && !has(self.parameters.unansweredEscalateAfter)"
            + " && !has(self.parameters.unansweredLookback) && !has(self.parameters.maxUnanswered)"
            + " && !has(self.parameters.hotLeadMinMessages) && !has(self.parameters.hotLeadMessageWindow)"
            + " && !has(self.parameters.hotLeadRecency) && !has(self.parameters.hotLeadMaxAge)"
            + " && !has(self.parameters.hotLeadScore) && !has(self.parameters.hotLeadCriticalScore)"
            + " && !has(self.parameters.maxHotLeads) && !has(self.parameters.followUpLookback)"
            + " && !has(self.parameters.followUpContactedAfter) && !has(self.parameters.followUpNewAfter)"
            + " && !has(self.parameters.followUpNoLeadAfter) && !has(self.parameters.maxFollowUps)"
            + " && !has(self.parameters.responseTimeAlert) && !has(self.parameters.responseTimeCritical)"
            + " && !has(self.parameters.conversionRateBelow) && !has(self.parameters.conversionRateMinLeads)"
            + " && !has(self.parameters.activeConversationsBelow) && !has(self.parameters.performanceFrom)"
            + " && !has(self.parameters.metricsMaxAge)";
    private static final String NOT_RETENTIONS = "!has(self.parameters.notificationRetention)"
            + " && !has(self.parameters.metricsRetention) && !has(self.parameters.chatSessionRetention)";
    private static final String NOT_WINDOW = "!has(self.parameters.window)";
    private static final String NOT_DAYS = "!has(self.parameters.days)";
    private static final String NOT_LANGUAGE = "!has(self.parameters.language)";

    static final String NOTIFICATION_CHECKS =
            IF + "notification-checks' || (" + NOT_RETENTIONS + " && " + NOT_WINDOW + " && " + NOT_DAYS + ")";
    static final String METRICS_REFRESH = IF + "metrics-refresh' || (" + NOT_NOTIFICATIONS + " && " + NOT_RETENTIONS
            + " && " + NOT_DAYS + " && " + NOT_LANGUAGE + ")";
    static final String CLEANUP = IF + "cleanup' || (" + NOT_NOTIFICATIONS + " && " + NOT_WINDOW + " && " + NOT_DAYS
            + " && " + NOT_LANGUAGE + ")";
    static final String DAILY_REPORTS =
            IF + "daily-reports' || (" + NOT_NOTIFICATIONS + " && " + NOT_RETENTIONS + " && " + NOT_WINDOW + ")";

    static final String EXTRA_TASKS = "!has(self.parameters) || self.task in"
            + " ['notification-checks', 'metrics-refresh', 'cleanup', 'daily-reports']";

    /** The runner's defaults are 4 and 8. */
    static final String HOT_LEAD_SCORES = "!has(self.parameters)"
            + " || (has(self.parameters.hotLeadCriticalScore) ? self.parameters.hotLeadCriticalScore : 8.0)"
            + " >= (has(self.parameters.hotLeadScore) ? self.parameters.hotLeadScore : 4.0)";

    private ParameterRules() {}
}
