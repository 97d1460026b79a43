package io.crmventas.tasks.runner.connection;

import io.crmventas.tasks.contract.RunnerEnvironment;
import io.crmventas.tasks.runner.settings.Host;
import io.crmventas.tasks.runner.settings.InvalidSetting;
import io.crmventas.tasks.runner.settings.Problem;
import io.crmventas.tasks.runner.settings.SecretFolder;
import io.crmventas.tasks.runner.settings.Setting;
import io.crmventas.tasks.runner.settings.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Finds the database in the mounted Secret or, without one, in the environment: first as one URI, then as host, port,
 * database, user and password apart. What a URI leaves out may stand apart as well.
 */
public final class DatabaseSettings {
    private final Settings settings;
    private final Optional<SecretFolder> folder;

    private DatabaseSettings(Settings settings) {
        this.settings = settings;
        this.folder = settings.folder(RunnerEnvironment.DATABASE_DIR);
    }

    /** Empty when a problem was added to the settings. */
    public static Optional<DatabaseTarget> read(Settings settings, String applicationName) {
        return new DatabaseSettings(settings).target(applicationName);
    }

    private Optional<DatabaseTarget> target(String applicationName) {
        Optional<Setting> uri = folder.isPresent()
                ? folder.get().find(RunnerEnvironment.POSTGRES_DSN, "uri", "fqdn-uri", "jdbc-uri", "fqdn-jdbc-uri")
                : settings.find(RunnerEnvironment.POSTGRES_DSN);
        uri.map(Setting::value).ifPresent(settings::secret);
        Optional<Setting> host = part(RunnerEnvironment.POSTGRES_HOST, "host");
        Optional<Setting> port = part(RunnerEnvironment.POSTGRES_PORT, "port");
        Optional<Setting> database = part(RunnerEnvironment.POSTGRES_DB, "dbname", "database");
        Optional<Setting> user = part(RunnerEnvironment.POSTGRES_USER, "user", "username");
        Optional<Setting> password = part(RunnerEnvironment.POSTGRES_PASSWORD, "password");
        password.map(Setting::value).ifPresent(settings::secret);
        Optional<String> allowedRole = part(RunnerEnvironment.POSTGRES_PRIVILEGED_ROLE)
                .map(Setting::value)
                .map(String::strip);
        Optional<Setting> place = uri.or(() -> host);
        if (place.isEmpty()) {
            // A folder that is not there has been reported as such.
            settings.add(nowhere());
            return Optional.empty();
        }
        try {
            DatabaseParts parts = uri.isPresent()
                    ? DsnParser.parse(uri.get().value()).withCredentials(text(user), raw(password))
                    : new DatabaseParts(
                            Host.pair(text(host), text(port), DatabaseTarget.DEFAULT_PORT),
                            text(database),
                            text(user),
                            raw(password),
                            Map.of());
            settings.secret(parts.password());
            secretParameters(parts);
            List<String> warnings = new ArrayList<>();
            DatabaseTarget target = parts.target(warnings);
            warnings.forEach(settings::warn);
            target.properties().putIfAbsent("ApplicationName", applicationName);
            folder.ifPresent(secret -> findFiles(target, secret));
            target.requireScram();
            Optional<String> fault = RootCertificate.fault(target.properties());
            fault.ifPresent(cure -> settings.add(new Problem(place.get().source(), cure, Problem.Kind.CERTIFICATE)));
            return fault.isPresent() ? Optional.empty() : Optional.of(target.allowing(allowedRole));
        } catch (InvalidSetting wrong) {
            // In a variable, too, it is a Secret's content.
            settings.add(new Problem(place.get().source(), wrong.cure(), true));
            return Optional.empty();
        }
    }

    private void secretParameters(DatabaseParts parts) {
        parts.parameters().forEach((name, value) -> {
            if (name.toLowerCase(Locale.ROOT).contains("password")) {
                settings.secret(value);
            }
        });
    }

    /** A certificate that is named without a folder lies beside the DSN, in the same Secret. */
    private static void findFiles(DatabaseTarget target, SecretFolder secret) {
        UnaryOperator<Object> beside = name -> {
            String file = String.valueOf(name);
            return Path.of(file).isAbsolute() ? file : secret.resolve(file).toString();
        };
        for (String property : List.of("sslrootcert", "sslcert", "sslkey")) {
            target.properties().computeIfPresent(property, (key, name) -> beside.apply(name));
        }
    }

    private Optional<Setting> part(String variable, String... keys) {
        return folder.flatMap(secret -> secret.find(variable).or(() -> secret.find(keys)))
                .or(() -> settings.find(variable));
    }

    private static String text(Optional<Setting> setting) {
        return setting.map(Setting::value).map(String::strip).orElse("");
    }

    /** A password may begin or end in a space. */
    private static String raw(Optional<Setting> setting) {
        return setting.map(Setting::value).orElse("");
    }

    private Problem nowhere() {
        return folder.map(secret -> secret.problem("says nowhere to connect to; give it the key POSTGRES_DSN, as in"
                        + " postgresql://user:password@host:5432/crm, or uri, or host, port, dbname, user, password"))
                .orElseGet(() -> new Problem(
                        "variable " + RunnerEnvironment.POSTGRES_DSN,
                        "is missing; write postgresql://user:password@host:5432/crm, or set POSTGRES_HOST, POSTGRES_PORT,"
                                + " POSTGRES_DB, POSTGRES_USER and POSTGRES_PASSWORD, or mount the Secret and name its"
                                + " folder in CRM_DATABASE_DIR",
                        true));
    }
}
