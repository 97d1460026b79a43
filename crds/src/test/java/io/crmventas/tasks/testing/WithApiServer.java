package io.crmventas.tasks.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** Runs a program whose KUBECONFIG names a {@link LocalApiServer}. Arguments: the CRD, then the program and its own. */
public final class WithApiServer {
    private WithApiServer() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int exit;
        try (LocalApiServer server = LocalApiServer.start()) {
            server.apply(Path.of(arguments[0]));
            ProcessBuilder program =
                    new ProcessBuilder(Arrays.asList(arguments).subList(1, arguments.length)).inheritIO();
            program.environment().put("KUBECONFIG", server.kubeconfig().toString());
            exit = program.start().waitFor();
        }
        System.exit(exit);
    }
}
