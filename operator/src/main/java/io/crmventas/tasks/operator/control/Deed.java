package io.crmventas.tasks.operator.control;

import java.util.Optional;

/**
 * What a caller wants to do, as RBAC words it: verb {@code update} on crmscheduledtasks/run or crmscheduledtasks/pause,
 * or verb {@code get} on crmscheduledtasks. The two subresources do not exist; they are names for roles to grant.
 *
 * @param task empty: all of them
 */
public record Deed(Right right, String namespace, Optional<String> task) {
    static final String RESOURCE = "crmscheduledtasks";

    /** The subresource that a role has to name. */
    public enum Right {
        RUN("update", "run"),
        PAUSE("update", "pause"),
        READ("get", "");

        private final String verb;
        private final String subresource;

        Right(String verb, String subresource) {
            this.verb = verb;
            this.subresource = subresource;
        }

        String verb() {
            return verb;
        }

        /** Empty for the resource itself. */
        String subresource() {
            return subresource;
        }
    }

    String inWords() {
        return right.verb() + " " + RESOURCE + (right.subresource().isEmpty() ? "" : "/" + right.subresource())
                + task.map(name -> " \"" + name + "\"").orElse("") + " in namespace \"" + namespace + "\"";
    }
}
