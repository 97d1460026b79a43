package io.crmventas.tasks.runner.connection;

import io.crmventas.tasks.runner.settings.Host;
import io.crmventas.tasks.runner.settings.InvalidSetting;
import io.crmventas.tasks.runner.settings.PercentEncoding;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * What every form of DSN comes down to. Texts are decoded; an empty one was not given.
 *
 * @param parameters the others, under the names that were written
 */
record DatabaseParts(List<Host> hosts, String database, String user, String password, Map<String, String> parameters) {

    /** @param warnings gets what was ignored */
    DatabaseTarget target(List<String> warnings) throws InvalidSetting {
        if (database.isEmpty()) {
            throw new InvalidSetting("names no database; write it after the host, as in …@host:5432/crm");
        }
        if (database.equals("*")) {
            throw new InvalidSetting(
                    "names the database *: this is CloudNativePG's superuser Secret; use the application's,"
                            + " whose name ends in -app");
        }
        if (user.isEmpty()) {
            throw new InvalidSetting(
                    "names no user; write it before the host, as in postgresql://user:password@host/crm");
        }
        Properties properties = new Properties();
        if (hosts.size() > 1) {
            // The runner writes: of several servers only the primary will do, unless the DSN says otherwise.
            properties.setProperty("targetServerType", "primary");
        }
        ConnectionParameters translated = new ConnectionParameters(properties, warnings);
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            translated.set(parameter.getKey(), parameter.getValue());
        }
        translated.complete();
        properties.setProperty("user", user);
        if (!password.isEmpty()) {
            properties.setProperty("password", password);
        }
        String servers = hosts.stream().map(Host::toString).collect(Collectors.joining(","));
        return new DatabaseTarget(
                "jdbc:postgresql://" + servers + "/" + PercentEncoding.encode(database),
                properties,
                servers + "/" + database,
                hosts.size(),
                Optional.empty());
    }

    DatabaseParts withCredentials(String otherUser, String otherPassword) {
        return new DatabaseParts(
                hosts,
                database,
                user.isEmpty() ? otherUser : user,
                password.isEmpty() ? otherPassword : password,
                parameters);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return hosts + "/" + database;
    }
}
