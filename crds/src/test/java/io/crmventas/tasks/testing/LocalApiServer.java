package io.crmventas.tasks.testing;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A real etcd and a real kube-apiserver on loopback, which run until this object is closed. Validation, CEL, defaulting,
 * server-side apply, RBAC, subresources and watches are the real ones. No controller and no kubelet runs, so a test itself
 * writes what they would write.
 *
 * <p>Tests get it by {@link LocalApiServerExtension}. The programs come from {@code e2e/cluster/build control-plane};
 * nothing is downloaded here.
 */
public final class LocalApiServer implements AutoCloseable {
    /** The API server writes one line of JSON before it answers a request, so a test can count requests at once. */
    private static final String AUDIT_POLICY = """
            apiVersion: audit.k8s.io/v1
            kind: Policy
            omitStages: [RequestReceived, ResponseStarted]
            rules:
            - level: Metadata
            """;

    private static final String ADMIN_TOKEN = "admin";
    private static final Duration START_LIMIT = Duration.ofSeconds(90);

    private final Path folder;
    private final int port;
    private final List<Process> processes = new ArrayList<>();
    private final List<KubernetesClient> clients = new ArrayList<>();
    private final KubernetesClient admin;

    private LocalApiServer(Path folder) throws IOException {
        this.folder = folder;
        try {
            try (ServerSocket api = freePort();
                    ServerSocket etcd = freePort();
                    ServerSocket etcdPeer = freePort()) {
                this.port = api.getLocalPort();
                writeFiles();
                startEtcd(etcd, etcdPeer);
                startApiServer(api, etcd.getLocalPort());
            }
            // The API server writes its self-signed certificate, which our clients trust, before it listens.
            await("kube-apiserver", this::listening);
            this.admin = client(settings -> settings);
            await("kube-apiserver", () -> "ok".equals(admin.raw("/readyz")));
            // The default namespace appears a moment after readiness.
            await("kube-apiserver", () -> admin.namespaces().withName("default").get() != null);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Starts both programs and waits until the API server is ready (about 5 s). */
    public static LocalApiServer start() {
        try {
            return new LocalApiServer(TemporaryFolder.create("local-apiserver"));
        } catch (IOException e) {
            throw new UncheckedIOException("starting the local API server", e);
        }
    }

    /** A client of the cluster administrator. This object closes it. */
    public KubernetesClient client() {
        return admin;
    }

    /** A client of this user, who has only the permissions that RBAC grants. This object closes it. */
    public KubernetesClient clientAs(String user, String... groups) {
        return client(settings -> settings.withImpersonateUsername(user).withImpersonateGroups(groups));
    }

    /**
     * Creates the resources of a YAML file, for example a CRD, and waits until the CRDs among them are served. It takes
     * over fields of other managers: tests share this server, and an earlier one may have upgraded the CRD as Helm.
     */
    public void apply(Path yaml) {
        kubectl("apply", "--server-side", "--force-conflicts", "-f", yaml.toString());
        // We do not use kubectl wait, because it ends with an error while the conditions of a new CRD are null.
        kubectl("get", "-f", yaml.toString(), "-o", "name")
                .lines()
                .filter(name -> name.startsWith("customresourcedefinition"))
                .map(name -> name.substring(name.indexOf('/') + 1))
                .forEach(name -> awaitEstablished(
                        admin.apiextensions().v1().customResourceDefinitions().withName(name)));
    }

    /** Waits for the CRD's controllers. They write to a new CRD, so an edit before that can end in a conflict. */
    public static void awaitEstablished(Resource<CustomResourceDefinition> live) {
        live.waitUntilCondition(
                crd -> crd != null
                        && crd.getStatus() != null
                        && crd.getStatus().getConditions() != null
                        && crd.getStatus().getConditions().stream()
                                .anyMatch(it -> "Established".equals(it.getType()) && "True".equals(it.getStatus())),
                30,
                TimeUnit.SECONDS);
    }

    /** Runs kubectl as administrator. @return what it printed; a failure throws with it */
    public String kubectl(String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(program("kubectl"), "--kubeconfig", kubeconfig().toString()));
        command.addAll(List.of(arguments));
        return run(command);
    }

    /** Runs helm without a cluster. @return what it printed; a failure throws with it */
    public static String helm(String... arguments) {
        List<String> command = new ArrayList<>(List.of(program("helm")));
        command.addAll(List.of(arguments));
        return run(command);
    }

    private static String run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ":\n" + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** The kubeconfig of the cluster administrator, for programs that need a file. */
    public Path kubeconfig() {
        return folder.resolve("kubeconfig");
    }

    /**
     * Also runs controllers of Kubernetes, by their names in kube-controller-manager. Do not call it on the server that
     * tests share: the controllers would act on the resources of other tests.
     */
    public void startControllers(String names, String... moreFlags) {
        try {
            List<String> flags = new ArrayList<>(List.of(
                    "--kubeconfig=" + kubeconfig(),
                    "--controllers=" + names,
                    "--leader-elect=false",
                    "--bind-address=127.0.0.1",
                    "--secure-port=" + given(freePort()),
                    "--cert-dir=" + folder.resolve("controllers")));
            flags.addAll(List.of(moreFlags));
            run("kube-controller-manager", flags.toArray(String[]::new));
        } catch (IOException e) {
            throw new UncheckedIOException("starting controllers", e);
        }
    }

    /** All requests so far, with one JSON document (audit.k8s.io/v1 Event) on each line. */
    public List<String> auditLog() {
        try {
            Path log = folder.resolve("audit.log");
            return Files.exists(log) ? Files.readAllLines(log) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        clients.forEach(KubernetesClient::close);
        processes.reversed().forEach(LocalApiServer::end);
        TemporaryFolder.delete(folder);
    }

    private KubernetesClient client(UnaryOperator<ConfigBuilder> more) {
        Config config = more.apply(new ConfigBuilder(Config.empty())
                        .withMasterUrl("https://127.0.0.1:" + port)
                        .withCaCertFile(folder.resolve("certs/apiserver.crt").toString())
                        .withOauthToken(ADMIN_TOKEN)
                        .withNamespace("default"))
                .build();
        KubernetesClient client =
                new KubernetesClientBuilder().withConfig(config).build();
        clients.add(client);
        return client;
    }

    private void writeFiles() throws IOException {
        Files.writeString(folder.resolve("audit-policy.yaml"), AUDIT_POLICY);
        Files.writeString(folder.resolve("tokens.csv"), ADMIN_TOKEN + ",admin,admin,\"system:masters\"\n");
        KeyPair keys = serviceAccountKeys();
        Files.writeString(
                folder.resolve("sa.key"), pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
        Files.writeString(
                folder.resolve("sa.pub"), pem("PUBLIC KEY", keys.getPublic().getEncoded()));
        Files.writeString(kubeconfig(), """
                apiVersion: v1
                kind: Config
                clusters:
                - name: local
                  cluster: {server: "https://127.0.0.1:%d", certificate-authority: "%s"}
                users:
                - name: admin
                  user: {token: %s}
                contexts:
                - name: local
                  context: {cluster: local, user: admin}
                current-context: local
                """.formatted(port, folder.resolve("certs/apiserver.crt"), ADMIN_TOKEN));
    }

    private void startEtcd(ServerSocket clientPort, ServerSocket peerPort) throws IOException {
        String client = "http://127.0.0.1:" + given(clientPort);
        String peer = "http://127.0.0.1:" + given(peerPort);
        run(
                "etcd",
                "--name=local",
                "--data-dir=" + folder.resolve("etcd"),
                "--unsafe-no-fsync",
                "--log-level=warn",
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=local=" + peer);
    }

    private void startApiServer(ServerSocket port, int etcdPort) throws IOException {
        run(
                "kube-apiserver",
                "--bind-address=127.0.0.1",
                "--secure-port=" + given(port),
                "--cert-dir=" + folder.resolve("certs"),
                "--etcd-servers=http://127.0.0.1:" + etcdPort,
                "--endpoint-reconciler-type=none",
                "--service-cluster-ip-range=10.0.0.0/24",
                "--authorization-mode=RBAC",
                "--token-auth-file=" + folder.resolve("tokens.csv"),
                // No controller creates the default service account, and this plugin refuses every pod without it.
                "--disable-admission-plugins=ServiceAccount",
                // Every cluster has this setting: only admission refuses privileged containers.
                "--allow-privileged=true",
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-key-file=" + folder.resolve("sa.pub"),
                "--service-account-signing-key-file=" + folder.resolve("sa.key"),
                "--audit-policy-file=" + folder.resolve("audit-policy.yaml"),
                "--audit-log-path=" + folder.resolve("audit.log"),
                "--audit-log-mode=blocking");
    }

    /** The shell ends its child when our end of the pipe closes: on close, and also when this JVM is killed. */
    private void run(String name, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(
                List.of("sh", "-c", "\"$@\" </dev/null & child=$!; read -r _; kill -9 $child; wait $child", "sh"));
        command.add(program(name));
        command.addAll(List.of(arguments));
        processes.add(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile())
                .start());
    }

    private static String program(String name) {
        String set = System.getenv("CRM_E2E_CACHE");
        String cacheHome = Objects.requireNonNullElse(
                System.getenv("XDG_CACHE_HOME"), System.getProperty("user.home") + "/.cache");
        Path program = Path.of(set != null ? set : cacheHome + "/crm-task-operator", "bin", name);
        if (!Files.isExecutable(program)) {
            throw new IllegalStateException(
                    program + " is missing; run e2e/cluster/build control-plane, which builds it");
        }
        return program.toString();
    }

    private void await(String name, Supplier<Boolean> ready) throws IOException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        RuntimeException last = null;
        while (System.nanoTime() < deadline) {
            try {
                if (ready.get()) {
                    return;
                }
            } catch (RuntimeException notYet) {
                last = notYet;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(50);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
        throw new IllegalStateException(
                name + " was not ready within " + START_LIMIT + ":\n" + Files.readString(folder.resolve(name + ".log")),
                last);
    }

    private boolean listening() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private static void end(Process shell) {
        try {
            shell.getOutputStream().close();
            if (!shell.waitFor(10, TimeUnit.SECONDS)) {
                shell.descendants().forEach(ProcessHandle::destroyForcibly);
                shell.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException(e);
    }

    private static KeyPair serviceAccountKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has elliptic curves", e);
        }
    }

    private static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + type
                + "-----\n";
    }

    /** No other process can bind the port while this socket is open. */
    private static ServerSocket freePort() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    /** Frees the port for the program that is started next. */
    private static int given(ServerSocket port) throws IOException {
        port.close();
        return port.getLocalPort();
    }
}
