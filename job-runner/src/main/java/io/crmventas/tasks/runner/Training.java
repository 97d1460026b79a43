package io.crmventas.tasks.runner;

import io.crmventas.tasks.contract.RunnerExit;

/**
 * Several command lines, each one argument, in one process: what the image's ahead-of-time cache is made from, since a
 * cache remembers one process. Nothing in the image starts it.
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
