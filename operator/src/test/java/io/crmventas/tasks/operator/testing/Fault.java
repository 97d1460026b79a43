package io.crmventas.tasks.operator.testing;

import java.util.Arrays;
import java.util.List;

/** A fault of one request to the API server, or of one event of a watch. */
public enum Fault {
    SERVER_ERROR(500),
    TOO_MANY_REQUESTS(429),
    CONFLICT(409),
    GONE(410),
    /** The connection ends before the API server sees the request. */
    LOST_REQUEST(0),
    /** The API server carries the request out, and its answer is lost. */
    LOST_ANSWER(0),
    /** The request waits longer than the request timeout of some clients. */
    STALL(0),
    /** A replica of the API server answers the list with older objects. */
    STALE_LIST(0),
    /** The watch continues without this event, and a later 410 makes the client list again. */
    EVENT_LOST(0),
    EVENT_REPEATED(0),
    /** This event and all later events of the watch arrive late. */
    EVENT_DELAYED(0),
    /** The connection ends in the middle of the event. */
    EVENT_CUT(0),
    /** The watch reports 410 instead of the event. */
    EVENT_GONE(0);

    private final int code;

    Fault(int code) {
        this.code = code;
    }

    /** @return the status code that the client gets instead of the API server's answer; 0 if this fault has none */
    public int code() {
        return code;
    }

    /** @param call the name of the call in {@link FaultPlan} */
    public static List<Fault> possibleAt(String call) {
        return Arrays.stream(values())
                .filter(fault -> fault.name().startsWith("EVENT_") == call.contains("EVENT "))
                .filter(fault -> fault != STALE_LIST || call.startsWith(FaultPlan.RESTARTED + "LIST "))
                .toList();
    }
}
