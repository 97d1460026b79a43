package io.crmventas.tasks.operator.control;

import java.util.Optional;

/**
 * What a caller needs to be allowed by Kubernetes.
 *
 * @param task empty: all tasks of the namespace
 */
public record Permission(Verb verb, String namespace, Optional<String> task) {
    static final String RESOURCE = "crmscheduledtasks";

    /**
     * As RBAC writes it. The subresources {@code run} and {@code pause} do not exist: they are names that a role can
     * grant.
     */
    public enum Verb {
        RUN("update", "run"),
        PAUSE("update", "pause"),
        READ("get", "");

        private final String text;
        private final String subresource;

        Verb(String text, String subresource) {
            this.text = text;
            this.subresource = subresource;
        }

        String text() {
            return text;
        }

        /** Empty for the resource itself. */
        String subresource() {
            return subresource;
        }
    }

    /** As in {@code update crmscheduledtasks/run "cleanup" in namespace "crm"}. */
    String text() {
        return verb.text() + " " + RESOURCE + (verb.subresource().isEmpty() ? "" : "/" + verb.subresource())
                + task.map(name -> " \"" + name + "\"").orElse("") + " in namespace \"" + namespace + "\"";
    }
}
