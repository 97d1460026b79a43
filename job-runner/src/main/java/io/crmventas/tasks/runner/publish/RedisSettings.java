package io.crmventas.tasks.runner.publish;

import io.crmventas.tasks.contract.RunnerEnvironment;
import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.report.FailureReason;
import io.crmventas.tasks.runner.settings.SecretFolder;
import io.crmventas.tasks.runner.settings.Settings;
import io.crmventas.tasks.runner.settings.Settings.Setting;
import io.crmventas.tasks.runner.settings.UrlText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads the settings of Redis. Redis is on when {@code REDIS_CACHE_ENABLED} is true and an address is known. {@code REDIS_URL} takes precedence over
 * separate settings, and the mounted Secret over the environment. A mistake is a warning, because Redis never fails a
 * run.
 */
public record RedisSettings(Settings settings, Optional<SecretFolder> folder) {
    /** Redis as the settings describe it: off, unusable or a server. */
    public sealed interface RedisTarget {
        /** Redis is not enabled. */
        record Off() implements RedisTarget {}

        /** Redis is enabled, but its settings cannot work. The run continues without it. */
        record Unusable(String why) implements RedisTarget {}

        /**
         * The address of a Redis server. A text that is not set is empty.
         *
         * @param authority the file with the certificates of the authority; empty for the public authorities
         */
        record Server(
                String host,
                int port,
                String user,
                String password,
                int database,
                boolean tls,
                Optional<Path> authority)
                implements RedisTarget {
            /** Leaves the password out. */
            @Override
            public String toString() {
                return host + ":" + port;
            }
        }
    }

    private static final int DEFAULT_PORT = 6379;
    private static final Pattern URL = Pattern.compile(
            "redis(?<tls>s)?://(?:(?<user>[^:@]*)(?::(?<password>.*))?@)?(?<host>\\[[^]]*]|[^:/?]*)(?::(?<port>[^/?]*))?"
                    + "(?:(?:/?\\?db=|/)(?<database>[^?&]*))?(?:[?&](?<query>.*))?", // redis-py also takes ?db=1
            Pattern.CASE_INSENSITIVE);
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,5}");
    private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,40}");

    public static RedisTarget read(Settings settings) {
        Optional<SecretFolder> folder =
                settings.folder(RunnerEnvironment.REDIS_DIR, problem -> settings.warn("redis: " + problem.message()));
        try {
            return new RedisSettings(settings, folder).target();
        } catch (Failure wrong) {
            return new RedisTarget.Unusable(wrong.message());
        }
    }

    private RedisTarget target() {
        Optional<Setting> url = settings.find(folder, RunnerEnvironment.REDIS_URL, "url", "uri");
        String password = text(RunnerEnvironment.REDIS_PASSWORD, "password", "redis-password");
        url.map(Setting::value).ifPresent(settings::secret);
        settings.secret(password);
        if (!flag(RunnerEnvironment.REDIS_CACHE_ENABLED)) {
            return new RedisTarget.Off();
        }
        Optional<Setting> host = settings.find(folder, RunnerEnvironment.REDIS_HOST, "host");
        Setting place = url.or(() -> host)
                .orElseThrow(() -> new Failure(
                        FailureReason.INVALID_USAGE,
                        "REDIS_CACHE_ENABLED is true, but neither REDIS_HOST nor REDIS_URL says where it is"));
        boolean tls = flag(RunnerEnvironment.REDIS_TLS, "REDIS_SSL", "tls", "ssl");
        Optional<Setting> database = settings.find(folder, RunnerEnvironment.REDIS_DB, "REDIS_DATABASE", "db");
        String number = database.map(Setting::value).orElse("0");
        if (!NUMBER.matcher(number).matches()) {
            throw database.orElseThrow().problem("write the number of a database, as in 0");
        }
        String user =
                text(RunnerEnvironment.REDIS_USERNAME, "REDIS_USER", "username").strip();
        try {
            if (url.isEmpty()) {
                String port = text(RunnerEnvironment.REDIS_PORT, "port").strip();
                return server(place.value().strip(), port, user, password, number, tls);
            }
            Matcher parts = URL.matcher(place.value().strip());
            if (!parts.matches()) {
                throw invalid("must look like redis://:password@host:6379/0, or rediss:// for TLS; the runner knows no"
                        + " Sentinel and no Unix socket");
            }
            settings.secret(group(parts, "password"));
            Stream.of(group(parts, "query").split("&"))
                    .filter(parameter -> !parameter.isEmpty())
                    .forEach(parameter -> warn(parameter.split("=", 2)[0]));
            return server(
                    group(parts, "host"),
                    group(parts, "port"),
                    first(UrlText.decode(group(parts, "user")), user),
                    first(UrlText.decode(group(parts, "password")), password),
                    first(group(parts, "database"), number),
                    tls || parts.group("tls") != null);
        } catch (Failure wrong) {
            throw place.problem(wrong.message());
        }
    }

    private RedisTarget server(
            String bracketed, String port, String user, String password, String database, boolean tls) {
        settings.secret(password);
        String host = UrlText.withoutBrackets(bracketed);
        if (!UrlText.isHostName(host) && !UrlText.isIpv6(host)) {
            throw invalid("names no host, or has a host with characters that no host has; write redis.crm.svc, the"
                    + " port apart as REDIS_PORT, and percent-encode @ : / ? # and spaces in user and password");
        }
        int portNumber = port.isEmpty() ? DEFAULT_PORT : NUMBER.matcher(port).matches() ? Integer.parseInt(port) : 0;
        if (portNumber < 1 || portNumber > 65_535) {
            throw invalid("has a port that is no number from 1 to 65535");
        }
        if (!NUMBER.matcher(database).matches()) {
            throw invalid("has a database that is no number; write it last, as in redis://host:6379/0");
        }
        Optional<Path> authority =
                folder.map(secret -> secret.path().resolve("ca.crt")).filter(Files::exists);
        return new RedisTarget.Server(host, portNumber, user, password, Integer.parseInt(database), tls, authority);
    }

    /** Names a parameter that another client would honour. */
    private void warn(String name) {
        settings.warn(
                WORD.matcher(name).matches()
                        ? "redis: the runner cannot use the URL's parameter " + name + " and ignores it"
                        : "redis: the runner ignores a parameter of the URL whose name is no word");
    }

    private boolean flag(String variable, String... keys) {
        Optional<Setting> setting = settings.find(folder, variable, keys);
        return setting.isPresent()
                && Settings.flag(setting.get().value())
                        .orElseThrow(() -> setting.get().problem("write true or false"));
    }

    private String text(String variable, String... keys) {
        return settings.find(folder, variable, keys).map(Setting::value).orElse("");
    }

    private static Failure invalid(String fix) {
        return new Failure(FailureReason.INVALID_SECRET, fix);
    }

    private static String group(Matcher matcher, String name) {
        return Objects.requireNonNullElse(matcher.group(name), "");
    }

    private static String first(String text, String otherwise) {
        return text.isEmpty() ? otherwise : text;
    }
}
