package io.crmventas.tasks.runner.publish;

import io.crmventas.tasks.contract.RunnerEnvironment;
import io.crmventas.tasks.runner.settings.Host;
import io.crmventas.tasks.runner.settings.InvalidSetting;
import io.crmventas.tasks.runner.settings.PercentEncoding;
import io.crmventas.tasks.runner.settings.SecretFolder;
import io.crmventas.tasks.runner.settings.Setting;
import io.crmventas.tasks.runner.settings.Settings;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Redis is on when {@code REDIS_CACHE_ENABLED} is true and an address is known. {@code REDIS_URL} goes before host,
 * port and password apart, the mounted Secret before the environment. A mistake is a warning: Redis never fails a run.
 */
public final class RedisSettings {
    private static final int DEFAULT_PORT = 6379;
    private static final Pattern URL = Pattern.compile(
            "redis(?<tls>s)?://(?:(?<user>[^:@]*)(?::(?<password>.*))?@)?(?<host>[^/?]*)(?:/(?<database>[^?]*))?(?:\\?.*)?",
            Pattern.CASE_INSENSITIVE);

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
        try {
            return url.isPresent()
                    ? fromUrl(
                            url.get().value().strip(),
                            password.map(Setting::value).orElse(""))
                    : fromParts(
                            text(host),
                            text(find(RunnerEnvironment.REDIS_PORT, "port")),
                            password.map(Setting::value).orElse(""));
        } catch (InvalidSetting wrong) {
            return new RedisTarget.Unusable(place.get().problem(wrong.cure()).text());
        }
    }

    private RedisTarget fromParts(String host, String port, String password) throws InvalidSetting {
        Host server = Host.pair(host, port, DEFAULT_PORT).getFirst();
        return new RedisTarget.Server(server.name(), server.port(), "", password, 0, false);
    }

    private RedisTarget fromUrl(String url, String otherPassword) throws InvalidSetting {
        Matcher parts = URL.matcher(url);
        if (!parts.matches()) {
            throw new InvalidSetting("must look like redis://:password@host:6379/0, or rediss:// for TLS");
        }
        String inUrl = group(parts, "password");
        settings.secret(inUrl);
        String password = inUrl.isEmpty() ? otherPassword : PercentEncoding.decode(inUrl, false);
        settings.secret(password);
        String database = group(parts, "database");
        if (!database.matches("[0-9]{0,5}")) {
            throw new InvalidSetting("has a database that is no number; write it last, as in redis://host:6379/0");
        }
        Host server = Host.parseList(group(parts, "host"), DEFAULT_PORT).getFirst();
        return new RedisTarget.Server(
                server.name(),
                server.port(),
                PercentEncoding.decode(group(parts, "user"), false),
                password,
                database.isEmpty() ? 0 : Integer.parseInt(database),
                parts.group("tls") != null);
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
