package io.crmventas.tasks.operator.commands;

import io.crmventas.tasks.operator.config.OperatorConfig;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpClient;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/** Runs the command that the arguments name. Each command prints a line for each change and each finding. */
public final class Commands {
    static final int OK = 0;
    static final int FAILED = 1;
    private static final int USAGE = 64;
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private Commands() {}

    /** @return the exit code */
    public static int run(String[] arguments, PrintStream out) {
        return switch (String.join(" ", arguments).replaceAll(" (?!--).*", "") + "/" + arguments.length) {
            case "apply-crd/1", "apply-crd --force/2" -> {
                boolean force = arguments.length > 1;
                yield withClient(out, client -> new CrdUpgrade(client, out, OperatorConfig.version()).apply(force));
            }
            case "check-permissions/2" ->
                withClient(out, client -> new PermissionCheck(client, out).check(arguments[1]));
            case "check-health/2" -> checkHealth(arguments[1], Duration.ofSeconds(60), out);
            default -> {
                out.println("""
                        without arguments: runs the operator with settings from the environment
                        apply-crd [--force]  creates the CRD or replaces it with that of this release; it replaces the CRD
                                             of a newer release only with --force
                        check-permissions <json>
                                             asks the API server whether this account has the permissions in JSON, as in
                                             [{"namespace": "crm", "rules": [{"apiGroups": …, "resources": …, "verbs": …}]}]
                        check-health <url>   waits until an operator at this URL is ready, and prints its health""");
                yield USAGE;
            }
        };
    }

    /**
     * Creates a client that ignores the proxies of the environment and of the JVM. A cluster can give HTTPS_PROXY to
     * every pod, and such a proxy leads out of the cluster. fabric8 also fails on values of NO_PROXY that other programs
     * accept.
     *
     * @param http receives the builder of the HTTP client
     */
    public static KubernetesClient directClient(Config config, Consumer<HttpClient.Builder> http) {
        // A ConfigBuilder would replace null by the value of the environment.
        config.setHttpProxy(null);
        config.setHttpsProxy(null);
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientBuilderConsumer(http.andThen(builder -> builder.proxyType(HttpClient.ProxyType.DIRECT)))
                .build();
    }

    private static int withClient(PrintStream out, ToIntFunction<KubernetesClient> command) {
        try (KubernetesClient client = directClient(new ConfigBuilder().build(), _ -> {})) {
            return command.applyAsInt(client);
        } catch (KubernetesClientException refused) {
            out.println("The API server refused: " + refused.getMessage());
            return FAILED;
        }
    }

    /** Waits until the operator answers that it is ready. */
    static int checkHealth(String url, Duration patience, PrintStream out) {
        long deadline = System.nanoTime() + patience.toNanos();
        try (var http =
                java.net.http.HttpClient.newBuilder().connectTimeout(ANSWER).build()) {
            String answer = ask(http, url + "/health/readiness");
            while (!answer.startsWith("200 ") && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(500);
                answer = ask(http, url + "/health/readiness");
            }
            out.println("GET /health/readiness: " + answer);
            out.println("GET /health: " + ask(http, url + "/health"));
            return answer.startsWith("200 ") ? OK : FAILED;
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }

    private static String ask(java.net.http.HttpClient http, String url) throws InterruptedException {
        try {
            var answer = http.send(
                    HttpRequest.newBuilder(URI.create(url)).timeout(ANSWER).build(), BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body();
        } catch (IOException unreachable) {
            return "no answer (" + unreachable + ")";
        }
    }
}
