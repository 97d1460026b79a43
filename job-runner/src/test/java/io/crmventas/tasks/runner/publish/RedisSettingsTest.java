package io.crmventas.tasks.runner.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.runner.publish.RedisSettings.RedisTarget;
import io.crmventas.tasks.runner.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisSettingsTest {
    @TempDir
    private Path folder = Path.of("replaced");

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            nullValues = "-",
            value = {
                "redis://h -> h -> 6379 -> - -> - -> 0 -> false",
                "redis://h:7000/3 -> h -> 7000 -> - -> - -> 3 -> false",
                "redis://:p%40ss@h/0 -> h -> 6379 -> - -> p@ss -> 0 -> false",
                "redis://u:p@ss/w@h:65535/ -> h -> 65535 -> u -> p@ss/w -> 0 -> false",
                "redis://h?db=4 -> h -> 6379 -> - -> - -> 4 -> false",
                "redis://h:7000/?db=4&x=y -> h -> 7000 -> - -> - -> 4 -> false",
                "rediss://u:p@[::1]:6380/1?x=y -> ::1 -> 6380 -> u -> p -> 1 -> true",
            })
    void readsUrls(
            String url,
            String host,
            int port,
            @Nullable String user,
            @Nullable String password,
            int database,
            boolean tls) {
        assertEquals(
                new RedisTarget.Server(
                        host,
                        port,
                        user == null ? "" : user,
                        password == null ? "" : password,
                        database,
                        tls,
                        Optional.empty()),
                read(Map.of("REDIS_CACHE_ENABLED", "true", "REDIS_URL", url)));
    }

    @Test
    void readsSeparateVariables() {
        assertEquals(
                new RedisTarget.Server("cache", 6379, "", "p%40", 0, false, Optional.empty()),
                read(Map.of("REDIS_CACHE_ENABLED", "yes", "REDIS_HOST", "cache", "REDIS_PASSWORD", "p%40")));
    }

    @Test
    void readsUserDatabaseAndTlsFromSeparateVariables() {
        Map<String, String> separate = Map.of(
                "REDIS_CACHE_ENABLED", "true",
                "REDIS_HOST", "cache",
                "REDIS_PASSWORD", "p",
                "REDIS_USERNAME", "guest",
                "REDIS_DB", "3",
                "REDIS_TLS", "true");
        RedisTarget server = new RedisTarget.Server("cache", 6379, "guest", "p", 3, true, Optional.empty());

        assertEquals(server, read(separate));

        Map<String, String> besideUrl = new HashMap<>(separate);
        besideUrl.put("REDIS_URL", "redis://cache");
        assertEquals(server, read(besideUrl), "variables complete a URL");
    }

    @Test
    void trustsTheAuthorityInTheSecret() throws IOException {
        Files.writeString(folder.resolve("ca.crt"), "any");
        Files.writeString(folder.resolve("REDIS_URL"), "rediss://:p@cache/2");

        assertEquals(
                new RedisTarget.Server("cache", 6379, "", "p", 2, true, Optional.of(folder.resolve("ca.crt"))),
                read(Map.of("REDIS_CACHE_ENABLED", "true", "CRM_REDIS_DIR", folder.toString())));
    }

    @Test
    void namesUnsupportedParametersOfTheUrl() {
        Settings settings = new Settings(Map.of(
                "REDIS_CACHE_ENABLED", "true", "REDIS_URL", "rediss://h?ssl_cert_reqs=none&&db=1&x%20y=s3cret&ssl"));

        assertInstanceOf(RedisTarget.Server.class, RedisSettings.read(settings));

        assertEquals(
                List.of(
                        "redis: the runner cannot use the URL's parameter ssl_cert_reqs and ignores it",
                        "redis: the runner cannot use the URL's parameter db and ignores it",
                        "redis: the runner ignores a parameter of the URL whose name is no word",
                        "redis: the runner cannot use the URL's parameter ssl and ignores it"),
                settings.warnings());
    }

    @Test
    void readsTheNamesOfOtherProgramsFromTheSecret() throws IOException {
        Files.writeString(folder.resolve("REDIS_SSL"), "true");
        Files.writeString(folder.resolve("REDIS_USER"), "guest");
        Files.writeString(folder.resolve("REDIS_DATABASE"), "3");
        Files.writeString(folder.resolve("REDIS_HOST"), "::1");

        assertEquals(
                new RedisTarget.Server("::1", 6379, "guest", "", 3, true, Optional.empty()),
                read(Map.of("REDIS_CACHE_ENABLED", "true", "CRM_REDIS_DIR", folder.toString())));
    }

    @ParameterizedTest
    @CsvSource({"false", "0", "''"})
    void isOffUnlessEnabled(String enabled) {
        assertEquals(new RedisTarget.Off(), read(Map.of("REDIS_CACHE_ENABLED", enabled, "REDIS_URL", "redis://h")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                "REDIS_URL -> http://u:s3cret@h -> must look like redis://",
                "REDIS_URL -> redis://u:s3cret@h:0 -> port",
                "REDIS_URL -> redis://u:s3cret@h:65536 -> port",
                "REDIS_URL -> redis://u:s3cret@h:one -> port",
                "REDIS_URL -> redis://u:s3cret@h/x -> database that is no number",
                "REDIS_DB -> three -> write the number of a database",
                "REDIS_TLS -> perhaps -> write true or false",
                "REDIS_HOST -> a b -> characters that no host has",
                "REDIS_HOST -> redis.crm.svc:6379 -> REDIS_PORT",
                "REDIS_HOST -> 10.0.0.7:6379 -> REDIS_PORT",
            })
    void invalidSettingNamesTheFixAndFailsNoRun(String variable, String value, String fix) {
        Map<String, String> environment = new HashMap<>(Map.of("REDIS_CACHE_ENABLED", "true", "REDIS_HOST", "cache"));
        environment.put(variable, value);
        Settings settings = new Settings(environment);

        RedisTarget.Unusable unusable = assertInstanceOf(RedisTarget.Unusable.class, RedisSettings.read(settings));

        assertEquals(List.of(), settings.problems());
        assertTrue(unusable.why().contains(variable) && unusable.why().contains(fix), unusable.why());
        assertFalse(unusable.why().contains("s3cret"), unusable.why());
    }

    @Test
    void recordsEveryFormOfASecret() {
        Settings settings = new Settings(
                Map.of("REDIS_CACHE_ENABLED", "true", "REDIS_URL", "redis://:p%40ss@h", "REDIS_PASSWORD", "separate"));

        RedisSettings.read(settings);

        assertTrue(
                settings.secrets().containsAll(List.of("redis://:p%40ss@h", "p%40ss", "p@ss", "separate")),
                settings.secrets().toString());
    }

    @Test
    void settingsWithoutAddressAreUnusable() {
        assertInstanceOf(RedisTarget.Unusable.class, read(Map.of("REDIS_CACHE_ENABLED", "true")));
    }

    private static RedisTarget read(Map<String, String> environment) {
        return RedisSettings.read(new Settings(new HashMap<>(environment)));
    }
}
