package io.crmventas.tasks.operator.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.HandledRequest;
import io.crmventas.tasks.operator.run.Reason;
import io.crmventas.tasks.operator.testing.TestStatus;
import io.crmventas.tasks.operator.testing.TestTasks;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RunRequestStatusTest {
    @Test
    void keepsTheNewestRequestsFirstUpToTheLimit() {
        CrmScheduledTaskStatus status = status("{}");
        for (int number = 1; number <= StatusFactory.MOST_REQUESTS + 1; number++) {
            status = with(status, List.of(request("token-" + number)));
        }
        assertEquals("token-21", status.lastHandledRunRequest());
        assertEquals(
                IntStream.range(0, StatusFactory.MOST_REQUESTS)
                        .mapToObj(back -> "token-" + (21 - back))
                        .toList(),
                tokens(status));
    }

    /** A client that waits for the token of the annotation must find it in the status. */
    @Test
    void reportsAnEarlierTokenAsHandled() {
        CrmScheduledTaskStatus status = with(status("{}"), List.of(request("a"), request("b")));
        CrmScheduledTaskStatus again = with(status, List.of(request("a")));
        assertEquals("a", again.lastHandledRunRequest());
        assertEquals(status.runRequests(), again.runRequests());
    }

    /** A client can request a dry run and a real run with the same token. */
    @Test
    void keepsDryRunsApartFromRealRuns() {
        CrmScheduledTaskStatus status =
                with(status("{}"), List.of(request("a", true), request("a", null), request("b", null)));
        assertEquals("a", status.lastHandledDryRunRequest());
        assertEquals("b", status.lastHandledRunRequest());
        assertEquals(List.of("b", "a", "a"), tokens(status));
    }

    @Test
    void limitsTheLengthOfTokensAndMessages() {
        String token = "x".repeat(100_000);
        CrmScheduledTaskStatus status = with(
                status("{}"), List.of(new HandledRequest(token, null, null, null, "InvalidToken", "It is too long.")));
        assertEquals(token, status.lastHandledRunRequest());
        HandledRequest kept = status.runRequests().getFirst();
        assertEquals(253, kept.token().length());
    }

    private static List<String> tokens(CrmScheduledTaskStatus status) {
        return status.runRequests().stream().map(HandledRequest::token).toList();
    }

    private static HandledRequest request(String token) {
        return request(token, null);
    }

    private static HandledRequest request(String token, @Nullable Boolean dryRun) {
        return new HandledRequest(token, Instant.parse("2026-11-23T12:00:00Z"), dryRun, "cleanup-1", null, null);
    }

    private static CrmScheduledTaskStatus status(String yaml) {
        return Serialization.unmarshal("---\n" + yaml, CrmScheduledTaskStatus.class);
    }

    private static CrmScheduledTaskStatus with(CrmScheduledTaskStatus before, List<HandledRequest> requests) {
        CronJobState refused = new CronJobState.Refused(Reason.NAME_CONFLICT, "Any.", Optional.empty());
        return TestStatus.factory(
                        TestTasks.stored("cleanup", "{task: cleanup, interval: 5m}"),
                        refused,
                        List.of(),
                        before,
                        Instant.parse("2026-11-23T12:00:00Z"))
                .requests(requests)
                .build()
                .create();
    }
}
