package io.crmventas.tasks.runner.task.notifications;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.task.output.Texts.Language;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalTime;
import org.junit.jupiter.api.Test;

class NotificationParametersTest {
    @Test
    void hasTheDefaultsOfTheContract() {
        assertEquals(
                new NotificationChecks(
                        new UnansweredCheck(Duration.ofHours(1), Duration.ofHours(4), Duration.ofHours(24), 50),
                        new HotLeadCheck(
                                3,
                                Duration.ofHours(24),
                                Duration.ofHours(2),
                                Duration.ofDays(7),
                                BigDecimal.valueOf(4),
                                BigDecimal.valueOf(8),
                                20),
                        new FollowUpCheck(
                                Duration.ofDays(30), Duration.ofDays(2), Duration.ofDays(1), Duration.ofDays(3), 50),
                        new PerformanceCheck(
                                Duration.ofMinutes(30),
                                Duration.ofMinutes(60),
                                BigDecimal.valueOf(10),
                                5,
                                3,
                                LocalTime.NOON,
                                Duration.ofHours(2)),
                        Language.SPANISH),
                CheckedCrm.task("{}"));
    }

    @Test
    void readsEachParameterIntoItsOwnPlace() {
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
                        new UnansweredCheck(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3), 4),
                        new HotLeadCheck(
                                5,
                                Duration.ofSeconds(6),
                                Duration.ofSeconds(7),
                                Duration.ofSeconds(8),
                                new BigDecimal("9.5"),
                                new BigDecimal("10.5"),
                                11),
                        new FollowUpCheck(
                                Duration.ofSeconds(12),
                                Duration.ofSeconds(13),
                                Duration.ofSeconds(14),
                                Duration.ofSeconds(15),
                                16),
                        new PerformanceCheck(
                                Duration.ofSeconds(17),
                                Duration.ofSeconds(18),
                                new BigDecimal("19.5"),
                                20,
                                21,
                                LocalTime.of(22, 0),
                                Duration.ofSeconds(23)),
                        Language.ENGLISH),
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
