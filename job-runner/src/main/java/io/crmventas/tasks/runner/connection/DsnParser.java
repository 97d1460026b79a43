package io.crmventas.tasks.runner.connection;

import io.crmventas.tasks.runner.settings.Host;
import io.crmventas.tasks.runner.settings.InvalidSetting;
import io.crmventas.tasks.runner.settings.PercentEncoding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Connection URIs of libpq, of Python and Node programs, and of JDBC. The rules are libpq's; a URI that names a Python
 * driver, and a JDBC URL, read {@code +} in parameters as a space, as those programs do.
 */
final class DsnParser {
    private static final Pattern SCHEME = Pattern.compile(
            "(?<jdbc>jdbc:)?postgres(?:ql)?(?<driver>\\+[a-z0-9_]+)?://(?<rest>.*)", Pattern.CASE_INSENSITIVE);

    private DsnParser() {}

    static DatabaseParts parse(String dsn) throws InvalidSetting {
        Matcher scheme = SCHEME.matcher(dsn.strip());
        if (!scheme.matches()) {
            throw new InvalidSetting("must begin with postgresql://, postgres://, postgresql+asyncpg:// or"
                    + " jdbc:postgresql:// and stand on one line without quotes");
        }
        boolean plusIsSpace = scheme.group("jdbc") != null || scheme.group("driver") != null;
        String rest = scheme.group("rest");
        int end = firstOf(rest, "/?");
        String authority = rest.substring(0, end);
        int question = rest.indexOf('?', end);
        String path = rest.substring(end, question < 0 ? rest.length() : question);
        String query = question < 0 ? "" : rest.substring(question + 1);

        int at = authority.lastIndexOf('@');
        if (at < 0 && strayAt(path, query)) {
            throw new InvalidSetting(
                    "has an @ after its first / or ?; percent-encode the password: / as %2F, ? as %3F, @ as %40");
        }
        Map<String, String> parameters = parameters(query, plusIsSpace);
        String user = at < 0 ? "" : authority.substring(0, at);
        int colon = user.indexOf(':');
        return new DatabaseParts(
                hosts(authority.substring(at + 1), parameters),
                firstNonEmpty(
                        PercentEncoding.decode(path.isEmpty() ? "" : path.substring(1), false),
                        parameters.remove("dbname"),
                        parameters.remove("database")),
                firstNonEmpty(
                        PercentEncoding.decode(colon < 0 ? user : user.substring(0, colon), false),
                        parameters.remove("user")),
                firstNonEmpty(
                        PercentEncoding.decode(colon < 0 ? "" : user.substring(colon + 1), false),
                        parameters.remove("password")),
                Map.copyOf(parameters));
    }

    private static List<Host> hosts(String authority, Map<String, String> parameters) throws InvalidSetting {
        String names = firstNonEmpty(parameters.remove("host"));
        String ports = firstNonEmpty(parameters.remove("port"));
        if (!names.isEmpty()) {
            return Host.pair(names, ports, DatabaseTarget.DEFAULT_PORT);
        }
        List<Host> hosts = Host.parseList(authority, DatabaseTarget.DEFAULT_PORT);
        if (ports.isEmpty()) {
            return hosts;
        }
        List<Host> moved = new ArrayList<>();
        for (Host host : hosts) {
            moved.addAll(Host.pair(host.name(), ports, DatabaseTarget.DEFAULT_PORT));
        }
        return List.copyOf(moved);
    }

    private static Map<String, String> parameters(String query, boolean plusIsSpace) throws InvalidSetting {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (Map.Entry<String, String> parameter : PercentEncoding.parameters(query, plusIsSpace)) {
            String key = parameter.getKey().toLowerCase(Locale.ROOT);
            parameters.put(SHARED.contains(key) ? key : parameter.getKey(), parameter.getValue());
        }
        return parameters;
    }

    private static final List<String> SHARED = List.of("host", "port", "user", "password", "dbname", "database");

    /** An unescaped slash or question mark in a password moves the rest of it, and the host, behind the authority. */
    private static boolean strayAt(String path, String query) {
        int at = query.indexOf('@');
        return path.indexOf('@') >= 0 || (at >= 0 && query.lastIndexOf('=', at) < query.lastIndexOf('&', at) + 1);
    }

    private static int firstOf(String text, String characters) {
        for (int i = 0; i < text.length(); i++) {
            if (characters.indexOf(text.charAt(i)) >= 0) {
                return i;
            }
        }
        return text.length();
    }

    private static String firstNonEmpty(@Nullable String... texts) {
        for (String text : texts) {
            if (text != null && !text.isEmpty()) {
                return text;
            }
        }
        return "";
    }
}
