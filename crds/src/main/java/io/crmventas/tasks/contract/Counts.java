package io.crmventas.tasks.contract;

import java.util.List;

/** Defines the keys of {@link RunReport#counts} in lowerCamelCase, as {@code status.lastRun.counts} shows them. */
public final class Counts {
    // notification-checks counts inserted rows by type, and conversations or leads that a limit left for the next run.
    public static final String UNANSWERED = "unanswered";
    public static final String HOT_LEAD = "hotLead";
    public static final String FOLLOW_UP = "followUp";
    public static final String PERFORMANCE = "performance";
    public static final String UNANSWERED_CUT = "unansweredCut";
    public static final String HOT_LEAD_CUT = "hotLeadCut";
    public static final String FOLLOW_UP_CUT = "followUpCut";
    /** This counts messages that belong to no conversation, because their tenant is missing or does not exist. */
    public static final String ORPHAN_MESSAGES = "orphanMessages";
    // metrics-refresh
    public static final String METRICS_WRITTEN = "metricsWritten";
    public static final String METRICS_UNCHANGED = "metricsUnchanged";
    // cleanup
    public static final String NOTIFICATIONS_DELETED = "notificationsDeleted";
    public static final String METRICS_DELETED = "metricsDeleted";
    public static final String CHAT_SESSIONS_DELETED = "chatSessionsDeleted";
    // daily-reports
    public static final String REPORTS = "reports";

    /** This counts messages and cache entries that Redis did not confirm. The report has this count only above 0. */
    public static final String REDIS_NOT_CONFIRMED = "redisNotConfirmed";

    private Counts() {}

    /** Returns the counts that a report of this task can have. */
    public static List<String> of(TaskType task) {
        return switch (task) {
            case NOTIFICATION_CHECKS ->
                List.of(
                        UNANSWERED,
                        HOT_LEAD,
                        FOLLOW_UP,
                        PERFORMANCE,
                        UNANSWERED_CUT,
                        HOT_LEAD_CUT,
                        FOLLOW_UP_CUT,
                        ORPHAN_MESSAGES,
                        REDIS_NOT_CONFIRMED);
            case METRICS_REFRESH -> List.of(METRICS_WRITTEN, METRICS_UNCHANGED, ORPHAN_MESSAGES, REDIS_NOT_CONFIRMED);
            case CLEANUP -> List.of(NOTIFICATIONS_DELETED, METRICS_DELETED, CHAT_SESSIONS_DELETED);
            case DAILY_REPORTS -> List.of(REPORTS, ORPHAN_MESSAGES, REDIS_NOT_CONFIRMED);
        };
    }
}
