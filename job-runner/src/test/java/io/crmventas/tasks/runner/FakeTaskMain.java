package io.crmventas.tasks.runner;

/** Runs {@link RunnerMain} as a process with a fake task. */
public final class FakeTaskMain {
    private FakeTaskMain() {}

    public static void main(FakeTask.Work work, String... args) {
        System.exit(
                RunnerMain.execute(new Console(System.getenv(), System.out, System.err, FakeTask.catalog(work)), args));
    }
}
