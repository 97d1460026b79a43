package io.crmventas.tasks.runner.task.notifications;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.task.notifications.Check.Kind;
import io.crmventas.tasks.runner.task.output.Texts.Language;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NotificationParametersTest {
    @Test
    void hasTheDefaultsOfTheContract() {
        assertEquals(
                new NotificationChecks(
                        List.of(
                                new Check(
                                        Kind.UNANSWERED,
                                        Map.of(
                                                "unansweredBefore", Duration.ofHours(1),
                                                "escalateBefore", Duration.ofHours(4),
                                                "activeSince", Duration.ofHours(24),
                                                "cap", 50)),
                                new Check(
                                        Kind.HOT_LEADS,
                                        Map.of(
                                                "minMessages", 3,
                                                "messagesSince", Duration.ofHours(24),
                                                "recentSince", Duration.ofHours(2),
                                                "createdSince", Duration.ofDays(7),
                                                "minScore", BigDecimal.valueOf(4),
                                                "criticalScore", BigDecimal.valueOf(8),
                                                "cap", 20)),
                                new Check(
                                        Kind.FOLLOW_UPS,
                                        Map.of(
                                                "activeSince", Duration.ofDays(30),
                                                "contactedBefore", Duration.ofDays(2),
                                                "newBefore", Duration.ofDays(1),
                                                "noLeadBefore", Duration.ofDays(3),
                                                "cap", 50)),
                                new Check(
                                        Kind.PERFORMANCE,
                                        Map.of(
                                                "responseTimeAlert",
                                                1_800L,
                                                "responseTimeCritical",
                                                3_600L,
                                                "conversionRateBelow",
                                                BigDecimal.valueOf(10),
                                                "minLeads",
                                                5,
                                                "activeBelow",
                                                3,
                                                "afternoons",
                                                LocalTime.NOON,
                                                "calculatedSince",
                                                Duration.ofHours(2)))),
                        Language.ES),
                CheckedCrm.task("{}"));
    }

    @Test
    void readsEachParameter() {
        NotificationChecks read = CheckedCrm.task("""
                {"unansweredAfter": "1s", "unansweredEscalateAfter": "2s", "unansweredLookback": "3s",
                 "maxUnanswered": 4, "hotLeadMinMessages": 5, "hotLeadMessageWindow": "6s", "hotLeadRecency": "7s",
                 "hotLeadMaxAge": "8s", "hotLeadScore": 9.5, "hotLeadCriticalScore": 10.5, "maxHotLeads": 11,
                 "followUpLookback": "12s", "followUpContactedAfter": "13s", "followUpNewAfter": "14s",
                 "followUpNoLeadAfter": "15s", "maxFollowUps": 16, "responseTimeAlert": "17s",
                 "responseTimeCritical": "18s", "conversionRateBelow": 19.5, "conversionRateMinLeads": 20,
                 "activeConversationsBelow": 21, "performanceFrom": "22:00", "metricsMaxAge": "23s",
                 "language": "en"}""");
        assertEquals(
                new NotificationChecks(
                        List.of(
                                new Check(
                                        Kind.UNANSWERED,
                                        Map.of(
                                                "unansweredBefore", Duration.ofSeconds(1),
                                                "escalateBefore", Duration.ofSeconds(2),
                                                "activeSince", Duration.ofSeconds(3),
                                                "cap", 4)),
                                new Check(
                                        Kind.HOT_LEADS,
                                        Map.of(
                                                "minMessages",
                                                5,
                                                "messagesSince",
                                                Duration.ofSeconds(6),
                                                "recentSince",
                                                Duration.ofSeconds(7),
                                                "createdSince",
                                                Duration.ofSeconds(8),
                                                "minScore",
                                                new BigDecimal("9.5"),
                                                "criticalScore",
                                                new BigDecimal("10.5"),
                                                "cap",
                                                11)),
                                new Check(
                                        Kind.FOLLOW_UPS,
                                        Map.of(
                                                "activeSince", Duration.ofSeconds(12),
                                                "contactedBefore", Duration.ofSeconds(13),
                                                "newBefore", Duration.ofSeconds(14),
                                                "noLeadBefore", Duration.ofSeconds(15),
                                                "cap", 16)),
                                new Check(
                                        Kind.PERFORMANCE,
                                        Map.of(
                                                "responseTimeAlert",
                                                17L,
                                                "responseTimeCritical",
                                                18L,
                                                "conversionRateBelow",
                                                new BigDecimal("19.5"),
                                                "minLeads",
                                                20,
                                                "activeBelow",
                                                21,
                                                "afternoons",
                                                LocalTime.of(22, 0),
                                                "calculatedSince",
                                                Duration.ofSeconds(23)))),
                        Language.EN),
                read);
    }

    @Test
    void refusesACriticalScoreBelowTheScore() {
        Failure refused = assertThrows(Failure.class, () -> CheckedCrm.task("{\"hotLeadScore\": 8.5}"));
        assertEquals(
                "hotLeadCriticalScore: must be hotLeadScore or more, is 8 and hotLeadScore is 8.5;"
                        + " raise it or lower hotLeadScore",
                refused.getMessage());
    }

    @Test
    void refusesParametersOfOtherTasks() {
        Failure refused = assertThrows(Failure.class, () -> CheckedCrm.task("{\"days\": 3}"));
        assertEquals("days: this task has no such parameter", refused.message().split(";", -1)[0]);
    }
}
