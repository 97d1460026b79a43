package io.crmventas.tasks.runner.connection;

import io.crmventas.tasks.runner.settings.InvalidSetting;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A DSN's parameters, in libpq's names or the driver's, as the driver's properties. What would weaken or redirect the
 * connection is refused; what only tunes another client's pool is ignored with a warning, since the same DSN serves
 * the CRM itself.
 */
final class ConnectionParameters {
    /** Names are matched without case; libpq's and the driver's own lead to the same property. */
    private static final Map<String, String> SAME_VALUE = Map.ofEntries(
            Map.entry("sslcert", "sslcert"),
            Map.entry("sslkey", "sslkey"),
            Map.entry("sslpassword", "sslpassword"),
            Map.entry("sslnegotiation", "sslNegotiation"),
            Map.entry("channel_binding", "channelBinding"),
            Map.entry("channelbinding", "channelBinding"),
            Map.entry("options", "options"),
            Map.entry("currentschema", "currentSchema"),
            Map.entry("schema", "currentSchema"), // Prisma's name
            Map.entry("application_name", "ApplicationName"),
            Map.entry("applicationname", "ApplicationName"),
            Map.entry("gssencmode", "gssEncMode"),
            Map.entry("krbsrvname", "kerberosServerName"),
            Map.entry("kerberosservername", "kerberosServerName"));

    private static final Set<String> LOGIN_METHODS = Set.of("scram-sha-256", "md5", "password", "gss", "sspi", "none");

    private static final Set<String> SSL_MODES =
            Set.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

    /** They name classes to load, servers to trust or modes that a writing guest cannot work in. */
    private static final Set<String> REFUSED = Set.of(
            "hostaddr",
            "service",
            "passfile",
            "replication",
            "readonly",
            "preferquerymode",
            "sslcrl",
            "sslcrldir",
            "ssl_min_protocol_version",
            "ssl_max_protocol_version",
            "sslfactory",
            "sslfactoryarg",
            "sslhostnameverifier",
            "sslpasswordcallback",
            "socketfactory",
            "socketfactoryarg",
            "authenticationpluginclassname",
            "connectexecutor",
            "connectexecutorarg",
            "xmlfactoryfactory",
            "jaasapplicationname",
            "localsocketaddress");

    static final String SYSTEM_TRUST = "org.postgresql.ssl.DefaultJavaSSLFactory";

    private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,40}");

    private final Properties properties;
    private final List<String> warnings;

    ConnectionParameters(Properties properties, List<String> warnings) {
        this.properties = properties;
        this.warnings = warnings;
    }

    void set(String name, String value) throws InvalidSetting {
        String key = name.toLowerCase(Locale.ROOT);
        String property = SAME_VALUE.get(key);
        if (property != null) {
            properties.setProperty(property, value);
        } else if (REFUSED.contains(key)) {
            throw new InvalidSetting("has the parameter " + key + ", which the runner does not take; remove it");
        } else {
            translate(key, value);
        }
    }

    /**
     * After the last one. As libpq has it: whoever trusts every authority of the system has to look at the server's name,
     * for anybody gets a certificate for some name.
     */
    void complete() throws InvalidSetting {
        if (!SYSTEM_TRUST.equals(properties.getProperty("sslfactory"))) {
            return;
        }
        properties.putIfAbsent("sslmode", "verify-full");
        if (!properties.getProperty("sslmode").equals("verify-full")) {
            throw new InvalidSetting("has sslrootcert=system with an sslmode that does not look at the server's name; "
                    + "write sslmode=verify-full, or leave it out");
        }
    }

    private void translate(String key, String value) throws InvalidSetting {
        switch (key) {
            case "sslmode" -> sslMode(key, value);
            // libpq reads ssl=true of a JDBC URL as sslmode=require, SQLAlchemy gives sslmode's words here.
            case "ssl" ->
                sslMode(
                        key,
                        switch (value) {
                            case "true", "" -> "require";
                            case "false" -> "disable";
                            default -> value;
                        });
            case "sslrootcert" -> {
                if (value.equals("system")) {
                    properties.setProperty("sslfactory", SYSTEM_TRUST);
                } else {
                    properties.setProperty("sslrootcert", value);
                }
            }
            case "require_auth", "requireauth" -> properties.setProperty("requireAuth", loginMethods(key, value));
            case "target_session_attrs", "targetservertype" -> writable(key, value.toLowerCase(Locale.ROOT));
            case "connect_timeout", "connecttimeout" -> properties.setProperty("connectTimeout", seconds(key, value));
            case "load_balance_hosts", "loadbalancehosts" ->
                properties.setProperty(
                        "loadBalanceHosts", String.valueOf(value.equals("random") || value.equals("true")));
            case "keepalives", "tcpkeepalive" ->
                properties.setProperty("tcpKeepAlive", String.valueOf(!value.equals("0") && !value.equals("false")));
            case "fallback_application_name" -> properties.putIfAbsent("ApplicationName", value);
            default ->
                warnings.add(
                        WORD.matcher(key).matches()
                                ? "database: the DSN's parameter " + key + " is not for the runner and is ignored"
                                : "database: a parameter of the DSN whose name is no word is ignored");
        }
    }

    /** As libpq writes it: a list of methods that may be used, or of methods that may not. */
    private static String loginMethods(String key, String value) throws InvalidSetting {
        String[] methods = value.split(",", -1);
        long forbidden = Arrays.stream(methods)
                .filter(method -> method.strip().startsWith("!"))
                .count();
        boolean known = Arrays.stream(methods)
                .map(String::strip)
                .map(method -> method.startsWith("!") ? method.substring(1) : method)
                .allMatch(LOGIN_METHODS::contains);
        if (!known || (forbidden != 0 && forbidden != methods.length)) {
            throw new InvalidSetting("has a " + key + " that is no list of scram-sha-256, md5, password, gss, sspi and"
                    + " none; write require_auth=scram-sha-256, or put ! before each method that is forbidden");
        }
        return value;
    }

    private void sslMode(String key, String value) throws InvalidSetting {
        // node-postgres' word for "encrypt, trust anybody", which is libpq's require.
        String mode = value.equals("no-verify") ? "require" : value;
        if (!SSL_MODES.contains(mode)) {
            throw new InvalidSetting("has a " + key + " that is none of disable, allow, prefer, require, verify-ca and"
                    + " verify-full");
        }
        properties.setProperty("sslmode", mode);
    }

    private void writable(String key, String value) throws InvalidSetting {
        properties.setProperty(
                "targetServerType",
                switch (value) {
                    case "any" -> "any";
                    case "read-write", "primary", "master" -> "primary";
                    case "preferprimary" -> "preferPrimary";
                    default ->
                        throw new InvalidSetting("has a " + key
                                + " that may lead to a read-only server; the runner writes: use read-write");
                });
    }

    private static String seconds(String key, String value) throws InvalidSetting {
        if (!value.matches("[0-9]{1,5}")) {
            throw new InvalidSetting("has a " + key + " that is no whole number of seconds");
        }
        return value;
    }
}
