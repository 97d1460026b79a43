package io.crmventas.tasks.runner.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Starts Java with the options of an image, because it reads the order of addresses once. */
class AddressOrderTest {
    @TempDir
    private Path folder = Path.of("replaced");

    public static void main(String[] hosts) throws IOException {
        System.out.print(InetAddress.getByName(hosts[0]).getHostAddress());
    }

    @ParameterizedTest
    @ValueSource(strings = {"../job-runner", "../operator"})
    void takesTheAddressThatTheSystemNamesFirst(String module) throws IOException {
        Path hosts = Files.writeString(folder.resolve("hosts"), """
                2001:db8::1 six
                192.0.2.1 six
                192.0.2.1 four
                2001:db8::1 four
                """);

        assertEquals("2001:db8:0:0:0:0:0:1", first(module, hosts, "six"));
        assertEquals("192.0.2.1", first(module, hosts, "four"));
    }

    private static String first(String module, Path hosts, String host) throws IOException {
        Process java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "@" + module + "/src/main/image/app/java.options",
                        "-Djdk.net.hosts.file=" + hosts,
                        "-cp",
                        System.getProperty("java.class.path"),
                        AddressOrderTest.class.getName(),
                        host)
                .redirectErrorStream(true)
                .start();
        return new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
