package io.crmventas.tasks.runner.report;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FailureReasonTest {
    /** A test of the operator compares the manual with the remedies that the operator writes into the status. */
    @ParameterizedTest
    @EnumSource(FailureReason.class)
    void manualHasARemedyForEveryReason(FailureReason reason) throws IOException {
        String manual = Files.readString(Path.of("../docs/troubleshooting.md"));
        assertTrue(
                manual.lines().anyMatch(line -> line.matches("\\| `" + reason + "` \\| [A-Z].*\\. \\|")),
                () -> "docs/troubleshooting.md has no row for " + reason);
    }
}
