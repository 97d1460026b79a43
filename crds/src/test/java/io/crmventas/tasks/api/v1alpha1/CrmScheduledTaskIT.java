package io.crmventas.tasks.api.v1alpha1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.testing.Eventually;
import io.crmventas.tasks.testing.LocalApiServer;
import io.crmventas.tasks.testing.LocalApiServerExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sends each file in valid/, invalid/ and samples/ to a real API server, which has the CRD. */
@ExtendWith(LocalApiServerExtension.class)
class CrmScheduledTaskIT {
    @BeforeAll
    static void installCrd(LocalApiServer server) {
        server.apply(Path.of("crmscheduledtasks.crmventas.io.yaml"));
        // The API server publishes the schema a moment after the CRD is established, and discovery comes before it.
        Eventually.within(Duration.ofSeconds(30), () -> published(server), () -> "kubectl cannot explain the CRD");
    }

    private static boolean published(LocalApiServer server) {
        try {
            return server.kubectl("explain", "crmtask.spec").contains("whole minutes from 1m to 366d");
        } catch (IllegalStateException notYet) {
            return false;
        }
    }

    @ParameterizedTest
    @MethodSource("valid")
    void acceptsValidTasks(Path file, LocalApiServer server) {
        assertTrue(create(server, file).contains("created"));
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void refusesInvalidTasksAndNamesFieldAndFix(Path file, LocalApiServer server) throws IOException {
        String expected =
                Files.readAllLines(file).getFirst().replace("# expect: ", "").strip();
        Throwable refusal = assertThrows(Throwable.class, () -> create(server, file));
        assertTrue(
                String.valueOf(refusal.getMessage()).contains(expected),
                () -> "expected \"" + expected + "\" in: " + refusal.getMessage());
    }

    @Test
    void refusesAChangeOfTheTask(LocalApiServer server) {
        server.kubectl("apply", "-n", "kube-public", "-f", "samples/cleanup.yaml");
        Throwable refusal = assertThrows(
                Throwable.class,
                () -> server.kubectl(
                        "patch",
                        "-n",
                        "kube-public",
                        "crmtask",
                        "cleanup",
                        "--type=merge",
                        "-p",
                        "{\"spec\":{\"task\":\"metrics-refresh\"}}"));
        assertTrue(String.valueOf(refusal.getMessage()).contains("spec.task cannot change"), refusal::getMessage);
    }

    @Test
    void showsItsColumnsInReadingOrder(LocalApiServer server) {
        server.kubectl("apply", "-n", "kube-public", "-f", "samples/metrics-refresh.yaml");
        String header = server.kubectl("get", "cst", "-n", "kube-public", "-o", "wide")
                .lines()
                .findFirst()
                .orElseThrow();
        assertEquals(
                List.of(
                        "NAME",
                        "TASK",
                        "SCHEDULE",
                        "STATE",
                        "LAST-RUN",
                        "RESULT",
                        "NEXT",
                        "AGE",
                        "ZONE",
                        "DURATION",
                        "FAILS",
                        "LAST-SUCCESS",
                        "REASON"),
                List.of(header.strip().split("\\s+")));
        assertTrue(server.kubectl("get", "crm", "-n", "kube-public").contains("metrics-refresh"), "category crm");
    }

    @Test
    void showsTheStateAndItsReason(LocalApiServer server) {
        server.kubectl("apply", "-n", "kube-public", "-f", "samples/notification-checks.yaml");
        patchStatus(server, """
                {"status": {"observedGeneration": 1, "state": "Waiting", "stateReason": "PreflightFailed"}}""");
        String row =
                server.kubectl("get", "cst", "-n", "kube-public", "notification-checks", "-o", "wide", "--no-headers");
        assertTrue(row.contains("Waiting"), row);
        assertTrue(row.contains("PreflightFailed"), row);
    }

    @Test
    void refusesAStatusThatLacksANeededField(LocalApiServer server) {
        server.kubectl("apply", "-n", "kube-public", "-f", "samples/notification-checks.yaml");
        Throwable refusal = assertThrows(
                Throwable.class, () -> patchStatus(server, "{\"status\": {\"preflight\": {\"attempts\": 1}}}"));
        assertTrue(
                String.valueOf(refusal.getMessage()).contains("status.preflight.specHash: Required value"),
                refusal::getMessage);
    }

    private static void patchStatus(LocalApiServer server, String patch) {
        server.kubectl(
                "patch",
                "-n",
                "kube-public",
                "crmtask",
                "notification-checks",
                "--subresource=status",
                "--type=merge",
                "-p",
                patch);
    }

    @Test
    void statusOfANewTaskShowsThatNoOperatorHasReconciledIt(LocalApiServer server) {
        server.kubectl("apply", "-n", "kube-public", "-f", "samples/daily-reports.yaml");
        String status = server.kubectl("get", "cst", "-n", "kube-public", "daily-reports", "-o", "jsonpath={.status}");
        assertEquals("{\"observedGeneration\":-1}", status);
    }

    @Test
    void kubectlExplainShowsTheDescriptions(LocalApiServer server) {
        String manual = server.kubectl("explain", "crmtask.spec", "--recursive=false");
        assertTrue(manual.contains("whole minutes from 1m to 366d"), manual);
    }

    private static String create(LocalApiServer server, Path file) {
        return server.kubectl("create", "--dry-run=server", "--validate=strict", "-f", file.toString());
    }

    static Stream<Path> valid() throws IOException {
        return Stream.concat(list(Path.of("src/test/resources/valid")), list(Path.of("samples")));
    }

    static Stream<Path> invalid() throws IOException {
        return list(Path.of("src/test/resources/invalid"));
    }

    private static Stream<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList().stream();
        }
    }
}
