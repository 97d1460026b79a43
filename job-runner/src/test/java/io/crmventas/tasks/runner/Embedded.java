package io.crmventas.tasks.runner;

/** The process that {@link RunnerMain} is, with another task in it. */
public final class Embedded {
    private Embedded() {}

    public static void main(FakeTask.Work work, String... args) {
        System.exit(
                RunnerMain.execute(new Console(System.getenv(), System.out, System.err, FakeTask.catalog(work)), args));
    }
}
