package io.crmventas.tasks.runner.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.runner.settings.Settings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisSettingsTest {
    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            nullValues = "-",
            value = {
                "redis://h -> h -> 6379 -> - -> - -> 0 -> false",
                "redis://h:7000/3 -> h -> 7000 -> - -> - -> 3 -> false",
                "redis://:p%40ss@h/0 -> h -> 6379 -> - -> p@ss -> 0 -> false",
                "redis://u:p@ss/w@h:1/ -> h -> 1 -> u -> p@ss/w -> 0 -> false",
                "rediss://u:p@[::1]:6380/1?x=y -> ::1 -> 6380 -> u -> p -> 1 -> true",
            })
    void readsUrls(
            String url,
            String host,
            int port,
            @org.jspecify.annotations.Nullable String user,
            @org.jspecify.annotations.Nullable String password,
            int database,
            boolean tls) {
        assertEquals(
                new RedisTarget.Server(
                        host, port, user == null ? "" : user, password == null ? "" : password, database, tls),
                read(Map.of("REDIS_CACHE_ENABLED", "true", "REDIS_URL", url)));
    }

    @Test
    void readsPartsApart() {
        assertEquals(
                new RedisTarget.Server("cache", 6379, "", "p%40", 0, false),
                read(Map.of("REDIS_CACHE_ENABLED", "yes", "REDIS_HOST", "cache", "REDIS_PASSWORD", "p%40")));
    }

    @ParameterizedTest
    @CsvSource({"false", "0", "''"})
    void isOffUnlessAskedFor(String enabled) {
        assertEquals(new RedisTarget.Off(), read(Map.of("REDIS_CACHE_ENABLED", enabled, "REDIS_URL", "redis://h")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                "REDIS_URL -> http://u:s3cret@h -> must look like redis://",
                "REDIS_URL -> redis://u:s3cret@h:0 -> port",
                "REDIS_URL -> redis://u:s3cret@h/x -> database that is no number",
                "REDIS_HOST -> a b -> characters that no host has",
            })
    void neverFailsARunByItsMistakes(String variable, String value, String cure) {
        Settings settings = new Settings(Map.of("REDIS_CACHE_ENABLED", "true", variable, value));

        RedisTarget.Unusable unusable = assertInstanceOf(RedisTarget.Unusable.class, RedisSettings.read(settings));

        assertEquals(List.of(), settings.problems());
        assertTrue(unusable.why().contains(variable) && unusable.why().contains(cure), unusable.why());
        assertFalse(unusable.why().contains("s3cret"), unusable.why());
    }

    @Test
    void saysThatTheAddressIsMissing() {
        assertInstanceOf(RedisTarget.Unusable.class, read(Map.of("REDIS_CACHE_ENABLED", "true")));
    }

    private static RedisTarget read(Map<String, String> environment) {
        return RedisSettings.read(new Settings(new HashMap<>(environment)));
    }
}
