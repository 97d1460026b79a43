package io.crmventas.tasks.runner.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.report.FailureReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    @TempDir
    private Path folder = Path.of("replaced");

    @ParameterizedTest
    @CsvSource({
        "true, true",
        "TRUE, true",
        "1, true",
        "yes, true",
        "' on ', true",
        "false, false",
        "0, false",
        "No, false"
    })
    void readsCommonSpellingsOfFlags(String text, boolean value) {
        assertEquals(value, new Settings(Map.of("F", text)).flag("F", !value));
    }

    @ParameterizedTest
    @CsvSource({"90s, 90", "1h30m, 5400", "1s, 1", "1d, 86400"})
    void readsDurations(String text, long seconds) {
        assertEquals(Duration.ofSeconds(seconds), duration(new Settings(Map.of("D", text))));
    }

    @ParameterizedTest
    @CsvSource({"0s", "2d", "5", "soon", "-1s"})
    void namesAnInvalidDuration(String text) {
        Settings settings = new Settings(Map.of("D", text));

        assertEquals(Duration.ofMinutes(5), duration(settings));

        assertEquals(
                "variable D: must be a duration from 1s to 1d such as 5m",
                settings.problems().getFirst().message());
        assertEquals(FailureReason.INVALID_USAGE, settings.problems().getFirst().reason());
    }

    @Test
    void collectsEveryProblem() {
        Settings settings = new Settings(Map.of("I", "101", "F", "perhaps", "D", "x"));

        settings.integer("I", 2, 0, 100);
        settings.flag("F", true);
        duration(settings);

        assertEquals(
                List.of(
                        "variable I: must be a whole number from 0 to 100",
                        "variable F: must be true or false",
                        "variable D: must be a duration from 1s to 1d such as 5m"),
                settings.problems().stream().map(Failure::message).toList());
    }

    @Test
    void blankVariableIsAbsent() {
        assertEquals(Optional.empty(), new Settings(Map.of("X", " ")).find("X"));
    }

    @Test
    void blankKeyIsAbsent() throws IOException {
        Files.writeString(folder.resolve("uri"), "\n");

        assertEquals(
                Optional.empty(),
                secret(new Settings(Map.of("DIR", folder.toString()))).find("uri"));
    }

    @Test
    void removesOnlyTheLastLineBreaksOfAKey() throws IOException {
        Files.writeString(folder.resolve("password"), " p \r\n\n");

        Settings.Setting password = secret(new Settings(Map.of("DIR", folder.toString())))
                .find("password")
                .orElseThrow();

        assertEquals(" p ", password.value());
        assertEquals("key password of the Secret in DIR", password.toString());
    }

    @Test
    void reportsAKeyThatIsNotUtf8() throws IOException {
        Files.write(folder.resolve("password"), new byte[] {(byte) 0xff, (byte) 0xfe});
        Settings settings = new Settings(Map.of("DIR", folder.toString()));

        assertEquals(Optional.empty(), secret(settings).find("password"));

        assertTrue(settings.problems().getFirst().message().contains("UTF-8"));
    }

    @Test
    void listsTheKeysOfASecretWithoutKubernetesOwnLinks() throws IOException {
        Files.createDirectory(folder.resolve("..data"));
        Files.writeString(folder.resolve("b"), "secret");
        Files.writeString(folder.resolve("a"), "secret");

        assertEquals(
                "the Secret in DIR: lacks x; it has the keys a, b",
                secret(new Settings(Map.of("DIR", folder.toString())))
                        .problem("lacks x")
                        .message());
    }

    @Test
    void saysThatASecretWithoutKeysPerhapsDoesNotExist() {
        assertEquals(
                "the Secret in DIR: lacks x; it has no keys, so perhaps it does not exist in this namespace",
                secret(new Settings(Map.of("DIR", folder.toString())))
                        .problem("lacks x")
                        .message());
    }

    @Test
    void reportsAMissingFolder() {
        Settings settings = new Settings(Map.of("DIR", folder.resolve("nowhere").toString()));

        secret(settings);

        assertEquals(
                FailureReason.INVALID_SECRET, settings.problems().getFirst().reason());
        assertTrue(settings.problems().getFirst().message().startsWith("variable DIR: names no folder"));
    }

    private static SecretFolder secret(Settings settings) {
        return settings.folder("DIR", settings::add).orElseThrow();
    }

    private static Duration duration(Settings settings) {
        return settings.duration("D", "5m", "1s", "1d");
    }
}
