package io.crmventas.tasks.operator.webhook;

import static io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.EMPTY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.PendingNotification;
import io.crmventas.tasks.operator.status.StatusObserver.StatusChange;
import io.crmventas.tasks.operator.webhook.WebhookMessage.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WebhookMessageTest {
    private static final String OPENED = "2026-11-23T11:59:30Z";

    @Test
    void reportsAFailureOnceAndTheRecovery() {
        var working = TestChanges.conditions("LastRunSucceeded", "True");
        var failing = TestChanges.conditions("LastRunSucceeded", "False");
        assertKinds(working, failing, Kind.FAILED);
        assertKinds(failing, failing);
        assertKinds(failing, working, Kind.RECOVERED);
        assertKinds(working, working);
    }

    @Test
    void reportsTheFirstFailureButNotTheFirstSuccess() {
        assertKinds(Map.of(), TestChanges.conditions("LastRunSucceeded", "False"), Kind.FAILED);
        assertKinds(Map.of(), TestChanges.conditions("LastRunSucceeded", "True"));
    }

    @Test
    void reportsARecoveryAfterFailuresWithAnUnknownResultInBetween() {
        var unknown = TestChanges.conditions("LastRunSucceeded", "Unknown");
        var working = TestChanges.conditions("LastRunSucceeded", "True");
        assertKinds(TestChanges.status(unknown, 3, null), TestChanges.status(working, 0, null), Kind.RECOVERED);
        assertKinds(TestChanges.status(unknown, 0, null), TestChanges.status(working, 0, null));
    }

    @Test
    void reportsStaleAndFresh() {
        assertKinds(TestChanges.conditions("Fresh", "True"), TestChanges.conditions("Fresh", "False"), Kind.STALE);
        assertKinds(TestChanges.conditions("Fresh", "False"), TestChanges.conditions("Fresh", "True"), Kind.FRESH);
        assertKinds(Map.of(), TestChanges.conditions("Fresh", "True"));
    }

    @Test
    void reportsTheBreakerOfASuspendedTask() {
        var suspended = TestChanges.conditions("Suspended", "True");
        assertKinds(TestChanges.status(suspended, 3, null), TestChanges.status(suspended, 3, OPENED), Kind.PAUSED);
        assertKinds(
                TestChanges.status(suspended, 3, OPENED),
                TestChanges.status(TestChanges.conditions("Suspended", "False"), 0, null),
                Kind.RESUMED);
    }

    @Test
    void aTaskThatIsStillSuspendedDoesNotResume() {
        var suspended = TestChanges.conditions("Suspended", "True");
        assertKinds(TestChanges.status(suspended, 3, OPENED), TestChanges.status(suspended, 0, null));
    }

    /** A person has paused the task, so Suspended is True all the time. */
    @Test
    void eachOpeningOfTheBreakerHasItsOwnNotification() {
        var suspended = TestChanges.conditions("Suspended", "True");
        var closed = TestChanges.status(suspended, 0, null);
        PendingNotification first = only(TestChanges.change(closed, TestChanges.status(suspended, 3, OPENED)));
        PendingNotification second =
                only(TestChanges.change(closed, TestChanges.status(suspended, 4, "2026-11-25T09:30:00Z")));
        assertNotEquals(first.id(), second.id());
        assertEquals(Instant.parse("2026-11-25T09:30:00Z"), second.time());
        assertEquals("BreakerOpen", second.reason());
        assertTrue(
                second.message()
                        .startsWith("4 scheduled runs in a row failed, so the task paused itself at"
                                + " 2026-11-25T09:30:00Z. Correct what status.lastRun reports."),
                second.message());
    }

    @Test
    void theSameChangeHasTheSameIdAndALaterChangeHasAnother() {
        var failing = TestChanges.conditions("LastRunSucceeded", "False");
        String id = only(TestChanges.change(EMPTY, TestChanges.status(failing, 1, null)))
                .id();
        assertEquals(
                id,
                only(TestChanges.change(EMPTY, TestChanges.status(failing, 1, null)))
                        .id());
        assertNotEquals(
                id,
                only(TestChanges.change(EMPTY, TestChanges.statusAt("2026-11-24T12:00:00Z", failing)))
                        .id());
    }

    private static PendingNotification only(StatusChange change) {
        List<PendingNotification> notifications = WebhookMessage.causedBy(change);
        assertEquals(1, notifications.size());
        return notifications.getFirst();
    }

    private static void assertKinds(Map<String, String> before, Map<String, String> after, Kind... kinds) {
        assertKinds(TestChanges.status(before, 0, null), TestChanges.status(after, 0, null), kinds);
    }

    private static void assertKinds(CrmScheduledTaskStatus before, CrmScheduledTaskStatus after, Kind... kinds) {
        assertEquals(
                Stream.of(kinds).map(Kind::text).toList(),
                WebhookMessage.causedBy(TestChanges.change(before, after)).stream()
                        .map(PendingNotification::kind)
                        .toList());
    }
}
