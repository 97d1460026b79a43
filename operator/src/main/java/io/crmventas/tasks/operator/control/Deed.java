package io.crmventas.tasks.operator.control;

import java.util.Optional;

/**
 * What somebody wants to do, as RBAC words it: verb {@code update} on crmscheduledtasks/run or crmscheduledtasks/pause.
 * Neither subresource exists; they are names for roles to grant.
 *
 * @param task empty: all of them
 */
public record Deed(Right right, String namespace, Optional<String> task) {
    static final String VERB = "update";
    static final String RESOURCE = "crmscheduledtasks";

    /** The subresource that a role has to name. */
    public enum Right {
        RUN("run"),
        PAUSE("pause");

        private final String subresource;

        Right(String subresource) {
            this.subresource = subresource;
        }

        String subresource() {
            return subresource;
        }
    }

    String inWords() {
        return VERB + " " + RESOURCE + "/" + right.subresource()
                + task.map(name -> " \"" + name + "\"").orElse("") + " in namespace \"" + namespace + "\"";
    }
}
