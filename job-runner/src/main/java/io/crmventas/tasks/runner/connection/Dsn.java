package io.crmventas.tasks.runner.connection;

import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.report.FailureReason;
import io.crmventas.tasks.runner.settings.UrlText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * Reads a connection URI of libpq, of a Python or Node program, or of JDBC. The driver's own parser reads hosts, ports and
 * parameters. This class first translates what the driver does not know: a user and password before the host, an empty
 * port, and one port for several hosts. The texts are decoded. An empty text means that the URI has no such part.
 *
 * @param servers the servers, each as {@code host:port}
 * @param parameters all other parameters, by the names in the URI
 */
record Dsn(List<String> servers, String database, String user, String password, Map<String, String> parameters) {
    /** Sorts the parameters, so that sslmode comes after ssl and wins. */
    Dsn {
        Map<String, String> sorted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        sorted.putAll(parameters);
        parameters = Collections.unmodifiableMap(sorted);
    }

    private static final Pattern FORM = Pattern.compile(
            "(?<jdbc>jdbc:)?postgres(?:ql)?(?<program>\\+[a-z0-9_]+)?://"
                    + "(?:(?<user>[^:/?]*)(?::(?<password>[^/?]*))?@)?(?<hosts>[^/?]*)(?:/(?<path>[^?]*))?(?:\\?(?<query>.*))?",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern HOSTS =
            Pattern.compile("|(\\[[^]]*]|[^:,\\[]+)(:[^:,]*)?(,(\\[[^]]*]|[^:,\\[]+)(:[^:,]*)?)*");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{\\w+}|\\$\\(\\w+\\)");
    private static final Pattern EMPTY_PORT = Pattern.compile(":(?=,|$)");
    private static final Pattern HOSTS_OF_QUERY = Pattern.compile("(?<=^|&)host=([^&]+)");
    private static final Pattern PORT_OF_QUERY = Pattern.compile("(?<=^|&)port=");
    private static final Pattern ONE_PORT = Pattern.compile("(?<=^|&)port=([0-9]+)(?=&|$)");
    /** The driver looks for this service in a file before it returns any parameter. */
    private static final Pattern SERVICE = Pattern.compile("(?<=^|&)service=", Pattern.CASE_INSENSITIVE);
    /** Hides the driver's log, because it contains an address that the driver cannot read, which can be a part of a password. */
    private static final Logger DRIVER_LOG = Logger.getLogger("org.postgresql");

    static Dsn parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw invalid("must begin with postgresql://, postgres://, postgresql+asyncpg:// or jdbc:postgresql:// and"
                    + " stand on one line without quotes");
        }
        if (PLACEHOLDER.matcher(text).find()) {
            throw invalid("has a variable such as ${NAME} or $(NAME), which nothing replaces here; write its value");
        }
        String hosts = form.group("hosts");
        String path = Objects.requireNonNullElse(form.group("path"), "");
        String query = Objects.requireNonNullElse(form.group("query"), "");
        if (form.group("user") == null && (path + query.split("=", 2)[0]).contains("@")) {
            throw invalid("has an @ after its first / or ?; percent-encode the password: / as %2F, ? as %3F, @ as %40");
        }
        if (!HOSTS.matcher(hosts).matches()) {
            throw invalid("has more than one colon in a host, or its brackets do not close; write an IPv6 address in"
                    + " brackets, as in [2001:db8::1]:5432, and in a user or password @ as %40 and : as %3A");
        }
        if (SERVICE.matcher(query).find()) {
            throw refusedParameter("service");
        }
        // Python and Node programs read it so. libpq does not.
        boolean plusIsSpace = form.group("jdbc") != null || form.group("program") != null;
        Properties parts = driverParts("jdbc:postgresql://"
                + EMPTY_PORT.matcher(hosts).replaceAll("")
                + "/" + UrlText.strict(path, false).replace("/", "%2F")
                + "?" + UrlText.strict(portForEachHost(hosts, query), plusIsSpace));
        Map<String, String> parameters = new HashMap<>();
        parts.stringPropertyNames().forEach(name -> parameters.put(name, UrlText.checked(parts.getProperty(name))));
        return new Dsn(
                servers(take(parameters, PGProperty.PG_HOST.getName()), take(parameters, PGProperty.PG_PORT.getName())),
                first(take(parameters, PGProperty.PG_DBNAME.getName()), take(parameters, "database")),
                first(decoded(form, "user"), take(parameters, "user")),
                first(decoded(form, "password"), take(parameters, "password")),
                parameters);
    }

    /** Creates a DSN from separate settings. */
    static Dsn ofParts(String host, String port, String database) {
        return parse("postgresql:///" + UrlText.encode(database) + "?host=" + UrlText.encode(host)
                + (port.isEmpty() ? "" : "&port=" + UrlText.encode(port)));
    }

    Dsn withCredentials(String otherUser, String otherPassword) {
        return new Dsn(servers, database, first(user, otherUser), first(password, otherPassword), parameters);
    }

    /** Adds the parameters that are not empty and that the URI lacks. */
    Dsn withTls(String mode, String rootCertificate) {
        Map<String, String> complete = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        complete.put("sslmode", parameters.containsKey("ssl") ? "" : mode);
        complete.put("sslrootcert", rootCertificate);
        complete.values().removeIf(String::isEmpty);
        complete.putAll(parameters);
        return new Dsn(servers, database, user, password, complete);
    }

    /** @param warnings the receiver of the parameters that the runner ignores */
    DatabaseTarget target(String allowedRole, Consumer<String> warnings) {
        if (database.isEmpty()) {
            throw invalid("names no database; write it after the host, as in …@host:5432/crm, or beside a host as"
                    + " dbname or POSTGRES_DB");
        }
        if (database.equals("*")) {
            throw invalid("names the database *: this is CloudNativePG's superuser Secret; use the application's,"
                    + " whose name ends in -app");
        }
        if (user.isEmpty()) {
            throw invalid(
                    "names no user; write it before the host, as in postgresql://user:password@host/crm, or beside"
                            + " it as user or POSTGRES_USER");
        }
        Properties properties = new Properties();
        if (servers.size() > 1) {
            // The runner writes, so of several servers it needs the primary, unless the DSN names another kind.
            properties.setProperty("targetServerType", "primary");
        }
        ConnectionParameters translated = new ConnectionParameters(properties, warnings);
        parameters.forEach(translated::set);
        translated.complete();
        properties.setProperty("user", user);
        if (!password.isEmpty()) {
            properties.setProperty("password", password);
            // A server that asks for the password in clear or by MD5 does not get it, because another server could
            // answer for the host. With SCRAM the password never leaves the client. The DSN can allow other methods.
            properties.putIfAbsent("requireAuth", "scram-sha-256,none");
        }
        String hosts = String.join(",", servers);
        return new DatabaseTarget(
                "jdbc:postgresql://" + hosts + "/" + UrlText.encode(database),
                properties,
                hosts + "/" + database,
                servers.size(),
                allowedRole);
    }

    private static Properties driverParts(String url) {
        DRIVER_LOG.setLevel(Level.OFF);
        try {
            Properties parts = Driver.parseURL(url, new Properties());
            if (parts == null) {
                throw invalid(
                        "has a port that is no number from 1 to 65535, or other than one port for all hosts or one"
                                + " for each; in a password, write / as %2F and : as %3A");
            }
            return parts;
        } finally {
            DRIVER_LOG.setLevel(null);
        }
    }

    /** Gives each host a port, because the driver needs it. In libpq one port, or none, can be for all hosts. */
    private static String portForEachHost(String hosts, String query) {
        Matcher inQuery = HOSTS_OF_QUERY.matcher(query);
        String all = inQuery.find() ? inQuery.group(1).replace("%2C", ",") : hosts;
        int count = all.split(",", -1).length;
        String ports = hosts.isEmpty() && !PORT_OF_QUERY.matcher(query).find() ? query + "&port=5432" : query;
        return ONE_PORT.matcher(ports).replaceFirst("port=" + String.join(",", Collections.nCopies(count, "$1")));
    }

    private static List<String> servers(String hosts, String ports) {
        String[] names = hosts.split(",", -1);
        String[] numbers = ports.split(",", -1);
        List<String> servers = new ArrayList<>();
        for (int i = 0; i < names.length; i++) {
            servers.add(host(names[i].strip()) + ":" + numbers[i]);
        }
        return List.copyOf(servers);
    }

    private static String host(String text) {
        String name = UrlText.withoutBrackets(UrlText.decode(text));
        if (name.isEmpty()) {
            throw invalid("names no host; write the service's name, as in db.crm.svc");
        }
        if (name.startsWith("/")) {
            throw invalid("names a Unix socket, which does not reach another pod; write the host of its service");
        }
        if (UrlText.isIpv6(name)) {
            return "[" + name + "]";
        }
        if (!UrlText.isHostName(name)) {
            throw invalid("has a host with characters that no host has; write the port apart from the host, as port or"
                    + " POSTGRES_PORT, and percent-encode @ : / ? # and spaces in user and password");
        }
        return name;
    }

    private static String decoded(Matcher form, String part) {
        return UrlText.decode(Objects.requireNonNullElse(form.group(part), ""));
    }

    private static String take(Map<String, String> parameters, String name) {
        return Objects.requireNonNullElse(parameters.remove(name), "");
    }

    private static String first(String text, String otherwise) {
        return text.isEmpty() ? otherwise : text;
    }

    static Failure refusedParameter(String name) {
        return invalid("has the parameter " + name + ", which the runner does not take; remove it");
    }

    static Failure invalid(String fix) {
        return new Failure(FailureReason.INVALID_SECRET, fix);
    }

    /** Leaves the password out. */
    @Override
    public String toString() {
        return servers + "/" + database;
    }
}
