package io.crmventas.tasks.operator;

import io.crmventas.tasks.operator.commands.Commands;
import io.crmventas.tasks.operator.config.OperatorConfig;
import io.crmventas.tasks.operator.console.ConsoleRoutes;
import io.crmventas.tasks.operator.control.Authorizer;
import io.crmventas.tasks.operator.control.ControlRoutes;
import io.crmventas.tasks.operator.control.ControlServer;
import io.crmventas.tasks.operator.control.TaskControl;
import io.crmventas.tasks.operator.http.HealthRoutes;
import io.crmventas.tasks.operator.http.HttpPort;
import io.crmventas.tasks.operator.http.HttpPort.Routes;
import io.crmventas.tasks.operator.webhook.Webhooks;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.OperatorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connects settings, client, operator and HTTP ports, and closes them at the end. */
public final class OperatorMain {
    /** This is EX_CONFIG of sysexits(3). */
    private static final int EXIT_CONFIG = 78;

    private OperatorMain() {}

    public static void main(String[] arguments) {
        if (arguments.length > 0) {
            System.exit(Commands.run(arguments, System.out));
        }
        OperatorConfig config;
        ServerClock clock;
        Webhooks webhooks;
        try {
            config = OperatorConfig.from(System.getenv());
            // The first logger reads these properties, and the clock has the first one.
            System.setProperty(
                    LogLines.JSON, String.valueOf(config.runner().log().json()));
            System.setProperty(LogLines.LEVEL, config.reporting().logLevel().replace("WARNING", "WARN"));
            clock = new ServerClock();
            webhooks = webhooks(config, clock);
        } catch (IllegalArgumentException invalid) {
            System.err.println(invalid.getMessage());
            System.exit(EXIT_CONFIG);
            return;
        }
        run(config, clock, webhooks);
    }

    /** Reads the file once, because the chart restarts the operator when its Secret changes. */
    private static Webhooks webhooks(OperatorConfig config, ServerClock clock) {
        String json =
                config.reporting().webhooksFile().map(OperatorMain::content).orElse("{}");
        return Webhooks.parse(json, clock);
    }

    private static String content(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    "WEBHOOKS_FILE is \"" + file + "\", which cannot be read; mount the Secret there", unreadable);
        }
    }

    private static void run(OperatorConfig config, ServerClock clock, Webhooks webhooks) {
        Leadership leadership = new Leadership(config.leaderElection(), OperatorMain::halt);
        Config api = new ConfigBuilder()
                // HTTP/1.1 keeps at most ten connections open. HTTP/2 streams cost more work for each request.
                .withHttp2Disable(true)
                // The API server waits up to 30 s for a webhook that hangs, and then its answer names the webhook.
                .withRequestTimeout(32_000)
                // A failed reconcile reports its cause and runs again, so one call must not hold it for minutes.
                .withRequestRetryBackoffLimit(1)
                // managedFields and the audit log show this name.
                .withUserAgent("crm-task-operator/" + OperatorConfig.version())
                .build();
        KubernetesClient client = Commands.directClient(api, http -> {
            clock.listenTo(http);
            leadership.listenTo(http);
        });
        TaskOperator operator = new TaskOperator(config, client, clock, List.of(webhooks), leadership);
        operator.metrics().register(webhooks.deliveries());
        HealthRoutes healthRoutes = new HealthRoutes(operator::look, operator::standstill, operator.metrics(), clock);
        HttpPort health = HttpPort.plain(config.ports().health(), healthRoutes);
        HttpPort probes = HttpPort.plain(config.ports().probes(), healthRoutes.probes());
        Optional<ControlServer> control = config.ports().control().map(settings -> {
            KubernetesClient impatient = Authorizer.impatient(client);
            Authorizer authorizer = new Authorizer(impatient, clock);
            TaskControl tasks = new TaskControl(impatient, settings.namespace(), config.runner());
            Routes calls = new ControlRoutes(healthRoutes, operator::look, authorizer, tasks, clock);
            Routes all = settings.console()
                    ? new ConsoleRoutes(calls, operator::look, authorizer, settings.namespace(), clock)
                    : calls;
            return new ControlServer(settings.port(), settings.tlsFolder(), all);
        });
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            control.ifPresent(ControlServer::close);
            operator.close();
            health.close();
            probes.close();
            webhooks.close();
            client.close();
        }));
        Logger log = LoggerFactory.getLogger(OperatorMain.class);
        try {
            operator.start();
        } catch (OperatorException failed) {
            // Kubernetes restarts the process. The usual cause is a missing CRD, which can exist after the restart.
            log.atError().setCause(failed).log("The operator cannot start");
            System.exit(1);
        }
        log.atInfo()
                .addKeyValue("namespaces", config.namespaces().isEmpty() ? "all" : config.namespaces())
                .addKeyValue("runnerImage", config.runner().image())
                .addKeyValue("schedulingEnabled", config.scheduling().enabled())
                .addKeyValue("leaderElection", config.leaderElection().isPresent())
                .addKeyValue("healthPort", health.port())
                .log("Operator started");
    }

    /** Ends the process without its shutdown hooks, because another replica can lead already. */
    private static void halt() {
        Runtime.getRuntime().halt(1);
    }
}
