package io.crmventas.tasks.runner.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.report.FailureReason;
import io.crmventas.tasks.runner.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseSettingsTest {
    private static final String CERTIFICATE = """
            -----BEGIN CERTIFICATE-----
            MIIBijCCAQ+gAwIBAgIJAPSIYSowdgI8MAoGCCqGSM49BAMDMBkxFzAVBgNVBAMT
            DnRlc3QtYXV0aG9yaXR5MCAXDTI2MTEyOTAxNDcyMloYDzIxMjYxMTA1MDE0NzIy
            WjAZMRcwFQYDVQQDEw50ZXN0LWF1dGhvcml0eTB2MBAGByqGSM49AgEGBSuBBAAi
            A2IABOi/ytdagtXBduK7rD2Cc/jcS/yQn1ltKRJNU/6nHP0DAu4oR6MGNLQA/9Jl
            1ZmDF3lmTmh/b9h+ZZlVECsv9YRFAOptXcUVY87cu4gbUednG8F8lx6yCfZxXe9u
            WIUfa6MhMB8wHQYDVR0OBBYEFB2+mJgCNfT9GGHDCgjZ06ZQyQg7MAoGCCqGSM49
            BAMDA2kAMGYCMQDntG8jFEt278iIo8oIak/0rfVsY3kF5YjTDrV1mwD/2gdwmU1i
            iUpjQzVYpwDAw0ICMQDu2P/lijVQ+szUJ6ZrvdHOxyQffrMc5kPnpctT3X+AKRgI
            XTwcWAKRCGZnHsdS5pM=
            -----END CERTIFICATE-----
            """;

    @TempDir
    private Path folder = Path.of("replaced");

    @Test
    void prefersTheDsnOfTheSecretToTheEnvironment() throws IOException {
        key("POSTGRES_DSN", "postgresql://u:p@secret/d\n");

        DatabaseTarget target = read(Map.of(
                        "CRM_DATABASE_DIR", folder.toString(), "POSTGRES_DSN", "postgresql://u:p@variable/d"))
                .orElseThrow();

        assertEquals("jdbc:postgresql://secret:5432/d", target.url());
        assertEquals("crm-task-runner/crm/cleanup", target.properties().getProperty("ApplicationName"));
    }

    /** Windows writes both. The authentication would fail, and no message can show an invisible character. */
    @Test
    void ignoresTheByteOrderMarkAndTheLineBreakOfAnEditor() throws IOException {
        key("POSTGRES_DSN", "\uFEFFpostgresql://u@h/d\r\n");
        key("POSTGRES_PASSWORD", "\uFEFFp@ss\r\n");

        DatabaseTarget target =
                read(Map.of("CRM_DATABASE_DIR", folder.toString())).orElseThrow();

        assertEquals("p@ss", target.properties().getProperty("password"));
    }

    @Test
    void readsCloudNativePgsSecret() throws IOException {
        key("uri", "postgresql://app:p%40ss@cluster-rw.crm:5432/app");
        key("jdbc-uri", "jdbc:postgresql://cluster-rw.crm:5432/app?password=p%40ss&user=app");
        key("host", "cluster-rw");
        key("port", "5432");
        key("dbname", "app");
        key("user", "app");
        key("username", "app");
        key("password", "p@ss");

        DatabaseTarget target =
                read(Map.of("CRM_DATABASE_DIR", folder.toString())).orElseThrow();

        assertEquals("jdbc:postgresql://cluster-rw.crm:5432/app", target.url());
        assertEquals("p@ss", target.properties().getProperty("password"));
    }

    /** A user copies these keys into another namespace, where the short host name does not resolve. */
    @ParameterizedTest
    @CsvSource({
        "fqdn-uri, postgresql://app:p%40ss@cluster-rw.crm.svc.cluster.local:5432/app",
        "fqdn-jdbc-uri, jdbc:postgresql://cluster-rw.crm.svc.cluster.local:5432/app?password=p%40ss&user=app",
    })
    void readsCloudNativePgsFullyQualifiedUriAlone(String key, String uri) throws IOException {
        key(key, uri);

        DatabaseTarget target =
                read(Map.of("CRM_DATABASE_DIR", folder.toString())).orElseThrow();

        assertEquals("jdbc:postgresql://cluster-rw.crm.svc.cluster.local:5432/app", target.url());
        assertEquals("p@ss", target.properties().getProperty("password"));
    }

    @Test
    void readsPartsOfASecretWithoutUri() throws IOException {
        key("host", "db");
        key("port", "6432");
        key("dbname", "crm");
        key("username", "app");
        key("password", "p@:/ss ");

        DatabaseTarget target =
                read(Map.of("CRM_DATABASE_DIR", folder.toString())).orElseThrow();

        assertEquals("jdbc:postgresql://db:6432/crm", target.url());
        assertEquals("app", target.properties().getProperty("user"));
        assertEquals("p@:/ss ", target.properties().getProperty("password"));
    }

    /** Secrets of other programs name them so. Without them, the connection would lack the protection that they ask for. */
    @ParameterizedTest
    @CsvSource({
        "sslmode, sslrootcert, '', verify-full",
        "POSTGRES_SSLMODE, POSTGRES_SSLROOTCERT, '', verify-full",
        "sslmode, sslrootcert, ?sslMode=require, require",
        "sslmode, sslrootcert, ?ssl=disable, disable",
        "sslmode, sslrootcert, ?sslnegotiation=postgres, verify-full",
        "sslmode, sslrootcert, ?sslcert=tls.crt&sslkey=tls.key, verify-full",
        "sslmode, sslrootcert, ?sslrootcert=ca.crt, verify-full",
        "sslmode, sslrootcert, ?connect_timeout=3, verify-full",
    })
    void readsTlsBesideTheAddress(String mode, String certificate, String inUri, @Nullable String used)
            throws IOException {
        key("POSTGRES_DSN", "postgresql://u:p@h/d" + inUri);
        key(mode, "verify-full");
        key(certificate, "ca.crt");
        key("ca.crt", CERTIFICATE);

        DatabaseTarget target =
                read(Map.of("CRM_DATABASE_DIR", folder.toString())).orElseThrow();

        assertEquals(used, target.properties().getProperty("sslmode"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                "db -> db:5432",
                "'a, b' -> a:5432,b:5432",
                "a,::1 -> a:5432,[::1]:5432",
                "[::1] -> [::1]:5432",
            })
    void readsHostsWithoutAPort(String hosts, String servers) {
        DatabaseTarget target = read(Map.of("POSTGRES_HOST", hosts, "POSTGRES_DB", "crm", "POSTGRES_USER", "app"))
                .orElseThrow();

        assertEquals("jdbc:postgresql://" + servers + "/crm", target.url());
    }

    @Test
    void readsPartsOfTheEnvironment() {
        DatabaseTarget target = read(Map.of(
                        "POSTGRES_HOST", "::1",
                        "POSTGRES_DB", "crm",
                        "POSTGRES_USER", "app",
                        "POSTGRES_PASSWORD", "p%40ss"))
                .orElseThrow();

        assertEquals("jdbc:postgresql://[::1]:5432/crm", target.url());
        assertEquals("p%40ss", target.properties().getProperty("password"), "a part is not percent-decoded");
    }

    @Test
    void addsASeparatePasswordToAUri() throws IOException {
        key("uri", "postgresql://app@db/crm");
        key("password", "p");

        DatabaseTarget target =
                read(Map.of("CRM_DATABASE_DIR", folder.toString())).orElseThrow();

        assertEquals("p", target.properties().getProperty("password"));
    }

    @Test
    void findsARelativeRootCertificateInTheSecret() throws IOException {
        key("POSTGRES_DSN", "postgresql://u:p@db/crm?sslmode=verify-full&sslrootcert=ca.crt");
        key("ca.crt", CERTIFICATE);

        DatabaseTarget target =
                read(Map.of("CRM_DATABASE_DIR", folder.toString())).orElseThrow();

        assertEquals(folder.resolve("ca.crt").toString(), target.properties().getProperty("sslrootcert"));
    }

    @ParameterizedTest
    @CsvSource({
        "postgresql://u:p@db/crm, 'scram-sha-256,none'",
        "postgresql://u:p@db/crm?sslcert=c&sslkey=k, 'scram-sha-256,none'",
        "postgresql://u:p@db/crm?require_auth=scram-sha-256, scram-sha-256",
        "postgresql://u:p@db/crm?require_auth=md5, md5",
        "postgresql://u:p@db/crm?require_auth=!password, !password",
        "postgresql://u@db/crm, ",
    })
    void requiresScramUnlessTheDsnSetsRequireAuth(String dsn, @Nullable String methods) {
        DatabaseTarget target = read(Map.of("POSTGRES_DSN", dsn)).orElseThrow();

        assertEquals(methods, target.properties().getProperty("requireAuth"));
    }

    @ParameterizedTest
    @CsvSource({
        "'', prefer",
        "?sslmode=require, require",
        "?sslmode=verify-ca&sslrootcert=ca.crt, verify-ca",
        "?sslmode=verify-full&sslrootcert=ca.crt, ",
        "?sslrootcert=system, ",
    })
    void warnsWhenAnotherServerCouldAnswer(String query, @Nullable String mode) throws IOException {
        key("ca.crt", CERTIFICATE);
        key("uri", "postgresql://u:p@db/crm" + query);

        Optional<String> warning = read(Map.of("CRM_DATABASE_DIR", folder.toString()))
                .orElseThrow()
                .identityWarning();

        assertEquals(mode != null, warning.isPresent());
        assertTrue(mode == null || warning.orElseThrow().contains("sslmode=" + mode + " "), warning.toString());
    }

    @Test
    void namesTheKeysOfASecretWithoutDsn() throws IOException {
        key("DATABASE_URL", "postgresql://u:s3cret@db/crm");

        Failure problem = problem(Map.of("CRM_DATABASE_DIR", folder.toString()));

        assertEquals(FailureReason.INVALID_SECRET, problem.reason());
        assertTrue(problem.message().contains("POSTGRES_DSN"), problem.message());
        assertTrue(problem.message().contains("it has the keys DATABASE_URL"), problem.message());
        assertFalse(problem.message().contains("s3cret"), problem.message());
    }

    @Test
    void namesTheKeyOfAnInvalidDsn() throws IOException {
        key("uri", "postgresql://u:s3cret@db");

        Failure problem = problem(Map.of("CRM_DATABASE_DIR", folder.toString()));

        assertTrue(problem.message().startsWith("key uri of the Secret in CRM_DATABASE_DIR: "), problem.message());
        assertEquals(FailureReason.INVALID_SECRET, problem.reason());
    }

    @ParameterizedTest
    @CsvSource({"dbname, POSTGRES_DB", "user, POSTGRES_USER"})
    void namesTheKeyThatASecretWithoutUriLacks(String missing, String variable) throws IOException {
        Map<String, String> keys =
                new HashMap<>(Map.of("host", "db", "dbname", "crm", "user", "u", "password", "s3cret"));
        keys.remove(missing);
        for (Map.Entry<String, String> key : keys.entrySet()) {
            key(key.getKey(), key.getValue());
        }

        Failure problem = problem(Map.of("CRM_DATABASE_DIR", folder.toString()));

        assertTrue(problem.message().contains("as " + missing + " or " + variable), problem.message());
    }

    @Test
    void namesTheVariablesWhenNoneIsSet() {
        Failure problem = problem(Map.of());

        assertTrue(
                problem.message().contains("POSTGRES_DSN") && problem.message().contains("CRM_DATABASE_DIR"));
    }

    @Test
    void recordsEverySecretOfARefusedDsn() {
        Settings settings = new Settings(
                Map.of("POSTGRES_DSN", "postgresql://u:p%40ss@h?sslpassword=s%26l", "POSTGRES_PASSWORD", "x"));

        DatabaseSettings.read(settings, "test");

        assertTrue(settings.secrets().contains("p@ss"), "decoded password");
        assertTrue(settings.secrets().contains("s&l"), "the password of the client's key");
        assertTrue(settings.secrets().contains("postgresql://u:p%40ss@h?sslpassword=s%26l"), "the DSN as a whole");
        assertTrue(settings.secrets().contains("x"), "the separate password");
    }

    private void key(String name, String value) throws IOException {
        Files.writeString(folder.resolve(name), value);
    }

    private static Optional<DatabaseTarget> read(Map<String, String> environment) {
        Settings settings = new Settings(environment);
        Optional<DatabaseTarget> target = DatabaseSettings.read(settings, "crm-task-runner/crm/cleanup");
        assertEquals(java.util.List.of(), settings.problems());
        return target;
    }

    private static Failure problem(Map<String, String> environment) {
        Settings settings = new Settings(environment);
        assertEquals(Optional.empty(), DatabaseSettings.read(settings, "test"));
        assertEquals(1, settings.problems().size(), settings.problems().toString());
        return settings.problems().getFirst();
    }
}
