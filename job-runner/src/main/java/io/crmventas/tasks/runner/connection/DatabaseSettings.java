package io.crmventas.tasks.runner.connection;

import io.crmventas.tasks.contract.RunnerEnvironment;
import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.report.FailureReason;
import io.crmventas.tasks.runner.settings.SecretFolder;
import io.crmventas.tasks.runner.settings.Settings;
import io.crmventas.tasks.runner.settings.Settings.Setting;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds the database in the mounted Secret or, without one, in the environment. The settings are one URI, or host, port,
 * database, user and password. The separate settings also complete a URI.
 */
public record DatabaseSettings(Settings settings, Optional<SecretFolder> folder) {
    /** Returns empty when it has added a problem to the settings. */
    public static Optional<DatabaseTarget> read(Settings settings, String applicationName) {
        return new DatabaseSettings(settings, settings.folder(RunnerEnvironment.DATABASE_DIR, settings::add))
                .target(applicationName);
    }

    private Optional<DatabaseTarget> target(String applicationName) {
        Optional<Setting> uri = folder.isPresent()
                ? folder.get().find(RunnerEnvironment.POSTGRES_DSN, "uri", "fqdn-uri", "jdbc-uri", "fqdn-jdbc-uri")
                : settings.find(RunnerEnvironment.POSTGRES_DSN);
        uri.map(Setting::value).ifPresent(settings::secret);
        Optional<Setting> host = settings.find(folder, RunnerEnvironment.POSTGRES_HOST, "host");
        String port = part(RunnerEnvironment.POSTGRES_PORT, "port").strip();
        String database =
                part(RunnerEnvironment.POSTGRES_DB, "dbname", "database").strip();
        String user = part(RunnerEnvironment.POSTGRES_USER, "user", "username").strip();
        // A password may begin or end in a space.
        String password = part(RunnerEnvironment.POSTGRES_PASSWORD, "password");
        settings.secret(password);
        Optional<Setting> place = uri.or(() -> host);
        if (place.isEmpty()) {
            settings.add(notGiven());
            return Optional.empty();
        }
        try {
            Dsn dsn = uri.isPresent()
                    ? Dsn.parse(uri.get().value())
                    : Dsn.ofParts(host.get().value().strip(), port, database);
            Dsn complete = dsn.withCredentials(user, password)
                    .withTls(part("POSTGRES_SSLMODE", "sslmode"), part("POSTGRES_SSLROOTCERT", "sslrootcert"));
            return Optional.of(target(complete, applicationName));
        } catch (Failure wrong) {
            settings.add(new Failure(wrong.reason(), place.get().source() + ": " + wrong.message()));
            return Optional.empty();
        }
    }

    private DatabaseTarget target(Dsn dsn, String applicationName) {
        settings.secret(dsn.password());
        dsn.parameters().forEach((name, value) -> {
            if (name.toLowerCase(Locale.ROOT).contains("password")) {
                settings.secret(value);
            }
        });
        String allowedRole = part(RunnerEnvironment.POSTGRES_PRIVILEGED_ROLE).strip();
        DatabaseTarget target = dsn.target(allowedRole, settings::warn);
        target.properties().putIfAbsent("ApplicationName", applicationName);
        folder.ifPresent(secret -> findFiles(target, secret));
        return target;
    }

    /** Looks for a certificate without a folder in the Secret that holds the DSN. */
    private static void findFiles(DatabaseTarget target, SecretFolder secret) {
        for (String property : List.of("sslrootcert", "sslcert", "sslkey")) {
            target.properties()
                    .computeIfPresent(
                            property,
                            (key, file) ->
                                    secret.path().resolve(String.valueOf(file)).toString());
        }
    }

    private String part(String variable, String... keys) {
        return settings.find(folder, variable, keys).map(Setting::value).orElse("");
    }

    private Failure notGiven() {
        return folder.map(secret -> secret.problem("names no server; give it the key POSTGRES_DSN, as in"
                        + " postgresql://user:password@host:5432/crm, or uri, or host, port, dbname, user, password"))
                .orElseGet(() -> new Failure(
                        FailureReason.INVALID_SECRET,
                        "variable " + RunnerEnvironment.POSTGRES_DSN
                                + ": is missing; write postgresql://user:password@host:5432/crm, or set POSTGRES_HOST,"
                                + " POSTGRES_PORT, POSTGRES_DB, POSTGRES_USER and POSTGRES_PASSWORD, or mount the"
                                + " Secret and name its folder in CRM_DATABASE_DIR"));
    }
}
