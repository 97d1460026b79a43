package io.crmventas.tasks.runner;

/** The four built-in tasks, for tests of other packages. */
public final class RealTasks {
    private RealTasks() {}

    public static TaskCatalog catalog() {
        return TaskCatalog.BUILT_IN;
    }
}
