package io.crmventas.tasks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.crmventas.tasks.api.v1alpha1.Condition;
import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.api.v1alpha1.Run;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The cluster of {@code e2e/cluster/up}, and one namespace in it with the demo CRM and the operator. */
final class Cluster implements AutoCloseable {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** The memory limit of profile small in e2e/install. */
    static final String SMALL = "96Mi";

    final String namespace;
    final KubernetesClient client;

    Cluster(String namespace) {
        this.namespace = namespace;
        String kubeconfig =
                run(ROOT.resolve("e2e/cluster/kubectl"), "config", "view", "--raw", "--minify", "--flatten");
        this.client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig))
                .build();
    }

    /** Installs images, demo CRM and operator, by the script that people use. */
    void install() {
        System.out.print(run(ROOT.resolve("e2e/install"), namespace));
    }

    /** Installs images and demo CRM, for a test that installs the operator itself. */
    void installCrm() {
        System.out.print(run(ROOT.resolve("e2e/install"), namespace, "crm"));
    }

    /** Creates the namespace and loads the images, for a test that needs no CRM. */
    void installImages() {
        System.out.print(run(ROOT.resolve("e2e/install"), namespace, "images"));
    }

    /** Helm's arguments that name the images. The chart of a checkout names none. */
    List<String> images() {
        return List.of(script("e2e/images/arguments").strip().split("\\s+"));
    }

    /** The name of an image of e2e/images. For a context of yours, e2e/cluster/load pushes the images to a registry. */
    static String image(String name) {
        String image = "crm-task-operator/" + name + ":0.2.0";
        String context = System.getenv().getOrDefault("CRM_E2E_CONTEXT", "");
        return context.isEmpty() ? image : System.getenv("CRM_E2E_REGISTRY") + "/" + image;
    }

    String script(String path, String... arguments) {
        return run(ROOT.resolve(path), arguments);
    }

    String kubectl(String... arguments) {
        List<String> all = new ArrayList<>(List.of("-n", namespace));
        all.addAll(List.of(arguments));
        return run(ROOT.resolve("e2e/cluster/kubectl"), all.toArray(String[]::new));
    }

    /** A manifest with {@code enabled: false} and the smallest memory limit with which a run must work. */
    String disabledAndSmall(String manifest) {
        return kubectl(
                "patch",
                "--local",
                "-f",
                manifest,
                "--type=merge",
                "-p",
                "{\"spec\":{\"enabled\":false,\"runnerProfile\":\"small\"}}",
                "-o",
                "yaml");
    }

    void apply(String manifests, String... options) {
        try {
            Path file = Files.createTempFile("manifests", ".yaml");
            Files.writeString(file, manifests);
            List<String> arguments = new ArrayList<>(List.of("apply", "-f", file.toString()));
            arguments.addAll(List.of(options));
            kubectl(arguments.toArray(String[]::new));
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String helm(String... arguments) {
        List<String> all = new ArrayList<>(List.of("-n", namespace));
        all.addAll(List.of(arguments));
        return run(ROOT.resolve("e2e/cluster/helm"), all.toArray(String[]::new));
    }

    /**
     * Installs or upgrades the chart with this checkout's images, Redis and the four tasks. It watches this namespace alone: a
     * demo in the same cluster has tasks of the same names, and an operator of its own.
     *
     * @return what Helm prints
     */
    String release(String verb, String... more) {
        List<String> all = new ArrayList<>(
                List.of(verb, "crm-task-operator", "helm/crm-task-operator", "--wait", "--timeout", "120s"));
        all.addAll(images());
        all.addAll(watchingOwnNamespace());
        all.addAll(List.of("--set", "redis.cacheEnabled=true", "--set", "redis.host=crm-redis"));
        all.addAll(List.of(more));
        return helm(all.toArray(String[]::new));
    }

    List<String> watchingOwnNamespace() {
        return List.of("--set", "watchNamespaces={" + namespace + "}");
    }

    void awaitFourTasksReady(Duration patience) {
        for (String task : List.of("notification-checks", "metrics-refresh", "cleanup", "daily-reports")) {
            awaitTask(task, patience, it -> is(it, "Ready", "True"));
        }
    }

    /** @return what {@code helm test} prints */
    String passTestsOfTheRelease() {
        String output = helm("test", "crm-task-operator", "--logs", "--timeout", "300s");
        // The tests are health, permissions, and two for each task.
        assertEquals(
                10,
                output.lines().filter(line -> line.matches("Phase: +Succeeded")).count(),
                output);
        return output;
    }

    String helm4(String... arguments) {
        List<String> all = new ArrayList<>(List.of("CRM_E2E_HELM=helm4", "e2e/cluster/helm", "-n", namespace));
        all.addAll(List.of(arguments));
        return run(Path.of("/usr/bin/env"), all.toArray(String[]::new));
    }

    MixedOperation<CrmScheduledTask, ?, Resource<CrmScheduledTask>> tasks() {
        return client.resources(CrmScheduledTask.class);
    }

    /** Waits on the watch of the API server; what never happens fails with what is there instead. */
    CrmScheduledTask awaitTask(String name, Duration atMost, Predicate<CrmScheduledTask> condition) {
        return tasks().inNamespace(namespace)
                .withName(name)
                .waitUntilCondition(
                        task -> task != null && condition.test(task), atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Requests a run by an annotation with a new token, and returns that run, not a scheduled one, once the status has it. */
    Run runNow(String task, String token) {
        kubectl("annotate", "--overwrite", "crmtask", task, "crmventas.io/run-requested=" + token);
        return lastRun(awaitTask(
                task,
                Duration.ofMinutes(2),
                it -> lastRun(it) != null
                        && it.getStatus()
                                .handledRequest(token, false)
                                .filter(request -> lastRun(it).jobName().equals(request.jobName()))
                                .isPresent()));
    }

    static @Nullable Run lastRun(CrmScheduledTask task) {
        return task.getStatus() == null ? null : task.getStatus().lastRun();
    }

    /** The condition of this type; Unknown while the task does not have it. */
    static Condition condition(CrmScheduledTask task, String type) {
        Condition unknown = new Condition(type, "Unknown", 0L, Instant.EPOCH, "", "");
        return task.getStatus() == null || task.getStatus().conditions() == null
                ? unknown
                : task.getStatus().conditions().stream()
                        .filter(it -> type.equals(it.type()))
                        .findFirst()
                        .orElse(unknown);
    }

    static boolean is(CrmScheduledTask task, String type, String status) {
        return status.equals(condition(task, type).status());
    }

    /** @param role an argument of {@code kubectl create rolebinding}; none: an account without permissions */
    void account(String name, String... role) {
        kubectl("create", "serviceaccount", name);
        for (String granted : role) {
            kubectl("create", "rolebinding", name, granted, "--serviceaccount=" + namespace + ":" + name);
        }
    }

    String user(String account) {
        return "system:serviceaccount:" + namespace + ":" + account;
    }

    /** A token that the operator accepts. */
    String token(String account) {
        return kubectl("create", "token", account, "--audience", "crm-task-operator")
                .strip();
    }

    /** Deletes the namespace and waits for the end of the deletion. */
    void deleteNamespace() {
        client.namespaces().withName(namespace).delete();
        client.namespaces().withName(namespace).waitUntilCondition(there -> there == null, 120, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        client.close();
    }

    private static String run(Path program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .directory(ROOT.toFile())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(String.join(" ", command) + " failed:\n" + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
