package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.HandledRequest;
import java.util.List;
import java.util.stream.Stream;

/** The requests for a run that were acted on, the newest first; none of them is acted on again. */
public final class HandledRequests {
    static final int MOST = 20;

    private HandledRequests() {}

    /** The status with these requests as handled: now, or earlier if the list holds the request already. */
    public static CrmScheduledTaskStatus with(CrmScheduledTaskStatus status, List<HandledRequest> handled) {
        CrmScheduledTaskStatus next = status;
        for (HandledRequest request : handled) {
            next = with(next, request);
        }
        return next;
    }

    private static CrmScheduledTaskStatus with(CrmScheduledTaskStatus status, HandledRequest request) {
        boolean dryRun = Boolean.TRUE.equals(request.dryRun());
        CrmScheduledTaskStatus.Builder next = status.toBuilder();
        if (dryRun) {
            next.lastHandledDryRunRequest(request.token());
        } else {
            next.lastHandledRunRequest(request.token());
        }
        if (status.handledRequest(request.token(), dryRun).isEmpty()) {
            List<HandledRequest> before = status.runRequests() == null ? List.of() : status.runRequests();
            next.runRequests(Stream.concat(Stream.of(request), before.stream())
                    .map(HandledRequests::cut)
                    .limit(MOST)
                    .toList());
        }
        return next.build();
    }

    /** The whole list has to find room in the status, whatever people write. */
    private static HandledRequest cut(HandledRequest request) {
        String message = request.message();
        return new HandledRequest(
                Conditions.cut(request.token(), HandledRequest.LONGEST_TOKEN),
                request.handledTime(),
                request.dryRun(),
                request.jobName(),
                request.reason(),
                message == null ? null : Conditions.cut(message, Conditions.LONGEST_MESSAGE));
    }
}
