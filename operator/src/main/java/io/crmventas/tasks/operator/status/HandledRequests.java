package io.crmventas.tasks.operator.status;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTaskStatus.HandledRequest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The requests for a run that were acted on, the newest first; none of them is acted on again. */
public final class HandledRequests {
    static final int MOST = 20;

    private HandledRequests() {}

    /** The same status, saying that this request is dealt with: just now, or long ago if it has the token. */
    public static CrmScheduledTaskStatus with(CrmScheduledTaskStatus status, HandledRequest request) {
        List<HandledRequest> before = status.runRequests() == null ? List.of() : status.runRequests();
        if (status.handledRequest(request.token()).isPresent()) {
            return status.withRunRequests(request.token(), before);
        }
        // An older operator kept only the token of the last one.
        Stream<HandledRequest> unlisted = Optional.ofNullable(status.lastHandledRunRequest())
                .filter(token -> status.handledRequest(token).isEmpty())
                .map(token -> new HandledRequest(token, null, null, null, null, null))
                .stream();
        return status.withRunRequests(
                request.token(),
                Stream.of(Stream.of(request), unlisted, before.stream())
                        .flatMap(requests -> requests.map(HandledRequests::cut))
                        .limit(MOST)
                        .toList());
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
