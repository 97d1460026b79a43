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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
                    + "(?:/(?<database>[^?]*))?(?:\\?(?<query>.*))?",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,5}");
    private static final Set<String> HONOURED = Set.of("db", "username", "password");
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
        Optional<Setting> url = find(RunnerEnvironment.REDIS_URL, "url", "uri");
        String password = text(find(RunnerEnvironment.REDIS_PASSWORD, "password", "redis-password"));
        url.map(Setting::value).ifPresent(settings::secret);
        settings.secret(password);
        if (!flag(find(RunnerEnvironment.REDIS_CACHE_ENABLED))) {
            return new RedisTarget.Off();
        }
        Optional<Setting> host = find(RunnerEnvironment.REDIS_HOST, "host");
        Setting place = url.or(() -> host)
                .orElseThrow(() -> new Failure(
                        FailureReason.INVALID_USAGE,
                        "REDIS_CACHE_ENABLED is true, but neither REDIS_HOST nor REDIS_URL says where it is"));
        boolean tls = flag(find(RunnerEnvironment.REDIS_TLS, "REDIS_SSL", "tls", "ssl"));
        Optional<Setting> database = find(RunnerEnvironment.REDIS_DB, "REDIS_DATABASE", "db");
        if (database.isPresent() && !NUMBER.matcher(text(database)).matches()) {
            throw database.get().problem("write the number of a database, as in 0");
        }
        String user = text(find(RunnerEnvironment.REDIS_USERNAME, "REDIS_USER", "username"))
                .strip();
        try {
            if (url.isEmpty()) {
                String port = text(find(RunnerEnvironment.REDIS_PORT, "port")).strip();
                return server(text(host).strip(), port, user, password, text(database), tls);
            }
            Matcher parts = URL.matcher(text(url).strip());
            if (!parts.matches()) {
                throw invalid("must look like redis://:password@host:6379/0, or rediss:// for TLS; the runner knows no"
                        + " Sentinel and no Unix socket");
            }
            settings.secret(group(parts, "password"));
            Map<String, String> query = UrlText.parameters(group(parts, "query"));
            query.keySet().stream().filter(name -> !HONOURED.contains(name)).forEach(this::warn);
            return server(
                    group(parts, "host"),
                    group(parts, "port"),
                    firstNonEmpty(decoded(parts, "user"), query.getOrDefault("username", ""), user),
                    firstNonEmpty(decoded(parts, "password"), query.getOrDefault("password", ""), password),
                    firstNonEmpty(group(parts, "database"), query.getOrDefault("db", ""), text(database)),
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
        if (!NUMBER.matcher(database).matches() && !database.isEmpty()) {
            throw invalid("has a database that is no number; write it last, as in redis://host:6379/0");
        }
        int databaseNumber = database.isEmpty() ? 0 : Integer.parseInt(database);
        Optional<Path> authority =
                folder.map(secret -> secret.path().resolve("ca.crt")).filter(Files::exists);
        return new RedisTarget.Server(host, portNumber, user, password, databaseNumber, tls, authority);
    }

    /** The runner honours some of the parameters that redis-py reads from a URL, and names the others. */
    private void warn(String name) {
        settings.warn(
                WORD.matcher(name).matches()
                        ? "redis: the runner cannot use the URL's parameter " + name + " and ignores it"
                        : "redis: the runner ignores a parameter of the URL whose name is no word");
    }

    private Optional<Setting> find(String variable, String... keys) {
        return settings.find(folder, variable, keys);
    }

    private static boolean flag(Optional<Setting> setting) {
        return setting.isPresent()
                && Settings.flag(setting.get().value())
                        .orElseThrow(() -> setting.get().problem("write true or false"));
    }

    private static Failure invalid(String fix) {
        return new Failure(FailureReason.INVALID_SECRET, fix);
    }

    private static String firstNonEmpty(String... texts) {
        return Stream.of(texts).filter(text -> !text.isEmpty()).findFirst().orElse("");
    }

    private static String group(Matcher matcher, String name) {
        return Optional.ofNullable(matcher.group(name)).orElse("");
    }

    private static String decoded(Matcher parts, String name) {
        return UrlText.decode(group(parts, name), false);
    }

    private static String text(Optional<Setting> setting) {
        return setting.map(Setting::value).orElse("");
    }
}
