package io.crmventas.tasks.runner;

import io.crmventas.tasks.contract.RunnerExit;

/**
 * Runs several command lines in one process; each argument is one of them. The build of the image starts it to create the
 * ahead-of-time cache, because such a cache comes from one process. A container never starts it.
 */
final class Training {
    private Training() {}

    public static void main(String[] commands) {
        Console console = new Console(System.getenv(), System.out, System.err, TaskCatalog.BUILT_IN);
        for (String command : commands) {
            int exit = RunnerMain.execute(console, command.split(" "));
            if (exit != RunnerExit.OK.code()) {
                System.exit(exit);
            }
        }
        System.exit(RunnerExit.OK.code());
    }
}
