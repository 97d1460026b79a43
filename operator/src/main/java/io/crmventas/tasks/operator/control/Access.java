package io.crmventas.tasks.operator.control;

/** What Kubernetes says of somebody's wish. */
public sealed interface Access {
    record Granted(String user) implements Access {}

    /** Nobody that Kubernetes knows. */
    record Stranger(String why) implements Access {}

    record Forbidden(String user, String why) implements Access {}

    /** Kubernetes did not answer, and so nobody may do anything. */
    record Unavailable() implements Access {}
}
