package io.crmventas.tasks.operator.testing;

import java.util.Arrays;
import java.util.List;

/** What can go wrong with one request to the API server, or with one event of a watch. */
public enum Fault {
    SERVER_ERROR(500),
    TOO_MANY_REQUESTS(429),
    CONFLICT(409),
    GONE(410),
    /** The connection ends before the API server sees the request. */
    LOST_REQUEST(0),
    /** The API server carries the request out, and its answer is lost. */
    LOST_ANSWER(0),
    /** The request waits for longer than some of the clients do. */
    STALL(0),
    /** A list that is answered from a replica of the API server that is behind. */
    STALE_LIST(0),
    /** The watch continues without this event, and a later 410 makes the client list again. */
    EVENT_LOST(0),
    EVENT_REPEATED(0),
    /** All later events of the watch wait too. */
    EVENT_DELAYED(0),
    /** The connection ends in the middle of the event. */
    EVENT_CUT(0),
    /** The watch reports 410 in place of the event. */
    EVENT_GONE(0);

    private final int code;

    Fault(int code) {
        this.code = code;
    }

    /** The status code that the client gets in place of the API server's answer; 0: none. */
    public int code() {
        return code;
    }

    /** @param call as {@link FaultPlan} names it */
    public static List<Fault> possibleAt(String call) {
        return Arrays.stream(values())
                .filter(fault -> fault.name().startsWith("EVENT_") == call.contains("EVENT "))
                .filter(fault -> fault != STALE_LIST || call.startsWith(FaultPlan.RESTARTED + "LIST "))
                .toList();
    }
}
