package io.crmventas.tasks.runner.publish;

import io.crmventas.tasks.contract.RunnerEnvironment;
import io.crmventas.tasks.runner.settings.Host;
import io.crmventas.tasks.runner.settings.InvalidSetting;
import io.crmventas.tasks.runner.settings.PercentEncoding;
import io.crmventas.tasks.runner.settings.SecretFolder;
import io.crmventas.tasks.runner.settings.Setting;
import io.crmventas.tasks.runner.settings.Settings;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Redis is on when {@code REDIS_CACHE_ENABLED} is true and an address is known. {@code REDIS_URL} goes before host,
 * port, user, password and database apart, the mounted Secret before the environment. A mistake is a warning: Redis
 * never fails a run.
 */
public final class RedisSettings {
    private static final int DEFAULT_PORT = 6379;
    private static final Pattern URL = Pattern.compile(
            "redis(?<tls>s)?://(?:(?<user>[^:@]*)(?::(?<password>.*))?@)?(?<host>[^/?]*)(?:/(?<database>[^?]*))?(?:\\?(?<query>.*))?",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern DATABASE = Pattern.compile("[0-9]{1,5}");
    private static final Set<String> HONOURED = Set.of("db", "username", "password");
    private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,40}");

    private final Settings settings;
    private final Optional<SecretFolder> folder;

    private RedisSettings(Settings settings) {
        this.settings = settings;
        this.folder = settings.optionalFolder(RunnerEnvironment.REDIS_DIR);
    }

    public static RedisTarget read(Settings settings) {
        return new RedisSettings(settings).target();
    }

    private RedisTarget target() {
        Optional<Setting> url = find(RunnerEnvironment.REDIS_URL, "url", "uri");
        Optional<Setting> password = find(RunnerEnvironment.REDIS_PASSWORD, "password", "redis-password");
        url.map(Setting::value).ifPresent(settings::secret);
        password.map(Setting::value).ifPresent(settings::secret);
        Optional<Setting> enabled = find(RunnerEnvironment.REDIS_CACHE_ENABLED);
        if (enabled.isEmpty() || !enabled.get().flag().orElse(true)) {
            return new RedisTarget.Off();
        }
        if (enabled.get().flag().isEmpty()) {
            return new RedisTarget.Unusable(
                    enabled.get().problem("write true or false").text());
        }
        Optional<Setting> host = find(RunnerEnvironment.REDIS_HOST, "host");
        Optional<Setting> place = url.or(() -> host);
        if (place.isEmpty()) {
            return new RedisTarget.Unusable(
                    "REDIS_CACHE_ENABLED is true, but neither REDIS_HOST nor REDIS_URL says where it is");
        }
        Optional<Setting> tls = find(RunnerEnvironment.REDIS_TLS);
        if (tls.isPresent() && tls.get().flag().isEmpty()) {
            return new RedisTarget.Unusable(
                    tls.get().problem("write true or false").text());
        }
        Optional<Setting> number = find(RunnerEnvironment.REDIS_DB);
        if (number.isPresent() && !DATABASE.matcher(text(number)).matches()) {
            return new RedisTarget.Unusable(number.get()
                    .problem("write the number of a database, as in 0")
                    .text());
        }
        try {
            RedisTarget.Server apart = new RedisTarget.Server(
                    "",
                    DEFAULT_PORT,
                    text(find(RunnerEnvironment.REDIS_USERNAME, "username")),
                    password.map(Setting::value).orElse(""),
                    number.isPresent() ? Integer.parseInt(text(number)) : 0,
                    tls.flatMap(Setting::flag).orElse(false),
                    folder.map(secret -> secret.resolve("ca.crt")).filter(Files::exists));
            return url.isPresent()
                    ? fromUrl(url.get().value().strip(), apart)
                    : fromParts(text(host), text(find(RunnerEnvironment.REDIS_PORT, "port")), apart);
        } catch (InvalidSetting wrong) {
            return new RedisTarget.Unusable(place.get().problem(wrong.cure()).text());
        }
    }

    private static RedisTarget fromParts(String host, String port, RedisTarget.Server apart) throws InvalidSetting {
        Host server = Host.pair(host, port, DEFAULT_PORT).getFirst();
        return apart.at(server.name(), server.port());
    }

    /** @param apart what a URL that leaves it out takes from elsewhere */
    private RedisTarget fromUrl(String url, RedisTarget.Server apart) throws InvalidSetting {
        Matcher parts = URL.matcher(url);
        if (!parts.matches()) {
            throw new InvalidSetting("must look like redis://:password@host:6379/0, or rediss:// for TLS");
        }
        Map<String, String> query = query(group(parts, "query"));
        String inUrl = group(parts, "password");
        settings.secret(inUrl);
        String password = firstNonEmpty(
                PercentEncoding.decode(inUrl, false), query.getOrDefault("password", ""), apart.password());
        settings.secret(password);
        String database =
                firstNonEmpty(group(parts, "database"), query.getOrDefault("db", ""), String.valueOf(apart.database()));
        if (!DATABASE.matcher(database).matches()) {
            throw new InvalidSetting("has a database that is no number; write it last, as in redis://host:6379/0");
        }
        Host server = Host.parseList(group(parts, "host"), DEFAULT_PORT).getFirst();
        return new RedisTarget.Server(
                server.name(),
                server.port(),
                firstNonEmpty(
                        PercentEncoding.decode(group(parts, "user"), false),
                        query.getOrDefault("username", ""),
                        apart.user()),
                password,
                Integer.parseInt(database),
                parts.group("tls") != null || apart.tls(),
                apart.authority());
    }

    /** What redis-py reads from a URL and the runner can honour; a warning names the rest. */
    private Map<String, String> query(String text) throws InvalidSetting {
        Map<String, String> honoured = new HashMap<>();
        for (Map.Entry<String, String> parameter : PercentEncoding.parameters(text, true)) {
            String name = parameter.getKey();
            if (HONOURED.contains(name)) {
                honoured.put(name, parameter.getValue());
            } else {
                settings.warn(
                        WORD.matcher(name).matches()
                                ? "redis: the runner cannot use the URL's parameter " + name + " and ignores it"
                                : "redis: the runner ignores a parameter of the URL whose name is no word");
            }
        }
        return honoured;
    }

    private static String firstNonEmpty(String... texts) {
        return Stream.of(texts).filter(text -> !text.isEmpty()).findFirst().orElse("");
    }

    private Optional<Setting> find(String variable, String... keys) {
        return folder.flatMap(secret -> secret.find(variable).or(() -> secret.find(keys)))
                .or(() -> settings.find(variable));
    }

    private static String group(Matcher matcher, String name) {
        String found = matcher.group(name);
        return found == null ? "" : found;
    }

    private static String text(Optional<Setting> setting) {
        return setting.map(Setting::value).map(String::strip).orElse("");
    }
}
