package io.crmventas.tasks.operator.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.operator.notify.News.Kind;
import io.crmventas.tasks.operator.status.StatusChange;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NewsroomTest {

    @Test
    void tellsAFailureOnceAndTheRecovery() {
        var working = TestChanges.conditions("LastRunSucceeded", "True");
        var failing = TestChanges.conditions("LastRunSucceeded", "False");
        assertKinds(working, failing, Kind.FAILED);
        assertKinds(failing, failing);
        assertKinds(failing, working, Kind.RECOVERED);
        assertKinds(working, working);
    }

    @Test
    void tellsTheFirstFailureButNotTheFirstSuccess() {
        assertKinds(null, TestChanges.conditions("LastRunSucceeded", "False"), Kind.FAILED);
        assertKinds(null, TestChanges.conditions("LastRunSucceeded", "True"));
    }

    @Test
    void tellsARecoveryAfterFailuresWithAnUnknownResultInBetween() {
        var unknown = TestChanges.conditions("LastRunSucceeded", "Unknown");
        var working = TestChanges.conditions("LastRunSucceeded", "True");
        assertKinds(TestChanges.status(unknown, 3, null), TestChanges.status(working, 0, null), Kind.RECOVERED);
        assertKinds(TestChanges.status(unknown, 0, null), TestChanges.status(working, 0, null));
    }

    @Test
    void tellsStaleAndFresh() {
        assertKinds(TestChanges.conditions("Fresh", "True"), TestChanges.conditions("Fresh", "False"), Kind.STALE);
        assertKinds(TestChanges.conditions("Fresh", "False"), TestChanges.conditions("Fresh", "True"), Kind.FRESH);
        assertKinds(Map.of(), TestChanges.conditions("Fresh", "True"));
    }

    @Test
    void tellsTheBreakerThoughTheTaskWasSuspendedBefore() {
        var suspended = TestChanges.conditions("Suspended", "True");
        assertKinds(TestChanges.status(suspended, 3, null), TestChanges.status(suspended, 3, "open"), Kind.PAUSED);
        assertKinds(
                TestChanges.status(suspended, 3, "open"),
                TestChanges.status(TestChanges.conditions("Suspended", "False"), 0, null),
                Kind.RESUMED);
    }

    @Test
    void sameChangeHasTheSameIdAndALaterOneAnother() {
        var failing = TestChanges.conditions("LastRunSucceeded", "False");
        String id = only(TestChanges.change(null, TestChanges.status(failing, 1, null)));
        assertEquals(id, only(TestChanges.change(null, TestChanges.status(failing, 1, null))));
        assertNotEquals(id, only(TestChanges.change(null, TestChanges.statusAt("2026-11-24T12:00:00Z", failing))));
    }

    private static String only(StatusChange change) {
        List<News> news = Newsroom.of(change);
        assertEquals(1, news.size());
        return news.getFirst().id();
    }

    private static void assertKinds(@Nullable Map<String, String> before, Map<String, String> after, Kind... kinds) {
        assertKinds(
                before == null ? null : TestChanges.status(before, 0, null), TestChanges.status(after, 0, null), kinds);
    }

    private static void assertKinds(
            @Nullable CrmScheduledTaskStatus before, CrmScheduledTaskStatus after, Kind... kinds) {
        assertEquals(
                List.of(kinds),
                Newsroom.of(TestChanges.change(before, after)).stream()
                        .map(News::kind)
                        .toList());
    }
}
