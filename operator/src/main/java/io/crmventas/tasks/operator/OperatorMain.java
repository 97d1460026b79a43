package io.crmventas.tasks.operator;

import io.crmventas.tasks.operator.http.HealthServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Clock;

/** Wiring: settings, client, operator, HTTP, and their end. */
public final class OperatorMain {
    /** EX_CONFIG of sysexits(3). */
    private static final int EXIT_CONFIG = 78;

    private OperatorMain() {}

    public static void main(String[] arguments) {
        OperatorConfig config;
        try {
            config = OperatorConfig.from(System.getenv());
        } catch (OperatorConfig.InvalidConfig invalid) {
            System.err.println(invalid.getMessage());
            System.exit(EXIT_CONFIG);
            return;
        }
        // Before the first logger is made, which reads it.
        System.setProperty("log.level", config.logLevel().replace("WARNING", "WARN"));
        run(config);
    }

    private static void run(OperatorConfig config) {
        KubernetesClient client = new KubernetesClientBuilder().build();
        TaskOperator operator = new TaskOperator(config, client, Clock.systemUTC(), () -> System.exit(1));
        HealthServer health = HealthServer.start(config.healthPort(), operator, Clock.systemUTC());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            operator.close();
            health.close();
            client.close();
        }));
        operator.start();
    }
}
