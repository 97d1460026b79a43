package io.crmventas.tasks.runner.task;

import java.util.List;

/** Every wrong parameter of a task at once, each with its cure. */
public final class InvalidParameters extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    public InvalidParameters(List<String> errors) {
        super(String.join("; ", errors));
    }
}
