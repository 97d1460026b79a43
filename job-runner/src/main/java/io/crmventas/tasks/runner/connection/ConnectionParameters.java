package io.crmventas.tasks.runner.connection;

import io.crmventas.tasks.runner.settings.Settings;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Translates the parameters of a DSN, with the names of libpq or the driver, to the driver's properties. It refuses what
 * would weaken or redirect the connection. It ignores settings of other clients with a warning, because the CRM can use
 * the same DSN.
 */
record ConnectionParameters(Properties properties, Consumer<String> warnings) {
    static final String SYSTEM_TRUST = "org.postgresql.ssl.DefaultJavaSSLFactory";

    /** Upper and lower case are the same in these names. The names of libpq and of the driver give the same property. */
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
    /** The driver reports a wrong value of these as a lost connection, and the run would try again. */
    private static final Map<String, List<String>> VALUES = Map.of(
            "channelBinding", List.of("disable", "prefer", "require"),
            "gssEncMode", List.of("disable", "allow", "prefer", "require"),
            "sslNegotiation", List.of("postgres", "direct"));
    /** They name classes to load, servers to trust, or modes in which the runner cannot write. */
    private static final Set<String> REFUSED = Set.of(("hostaddr service passfile replication readonly preferquerymode"
                    + " sslcrl sslcrldir ssl_min_protocol_version ssl_max_protocol_version sslfactory sslfactoryarg"
                    + " sslhostnameverifier sslpasswordcallback socketfactory socketfactoryarg"
                    + " authenticationpluginclassname connectexecutor connectexecutorarg xmlfactoryfactory"
                    + " jaasapplicationname localsocketaddress")
            .split(" "));

    private static final Set<String> SSL_MODES =
            Set.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");
    private static final Pattern LOGIN_METHODS =
            Pattern.compile("(M(,M)*|!M(,!M)*)".replace("M", "(scram-sha-256|md5|password|gss|sspi|none)"));
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,5}");
    private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,40}");

    void set(String name, String value) {
        String key = name.toLowerCase(Locale.ROOT);
        String property = SAME_VALUE.get(key);
        if (property != null) {
            List<String> values = VALUES.getOrDefault(property, List.of(value));
            boolean known = values.contains(value) || values.contains(value.toLowerCase(Locale.ROOT));
            require(known, "has a " + key + " that is none of " + String.join(", ", values));
            properties.setProperty(property, value);
        } else if (REFUSED.contains(key)) {
            throw Dsn.refusedParameter(key);
        } else {
            translate(key, value);
        }
    }

    /**
     * Call this after the last parameter. As in libpq, a client that trusts every authority of the system must verify the
     * server's name, because anyone can get a certificate for some name.
     */
    void complete() {
        if (SYSTEM_TRUST.equals(properties.getProperty("sslfactory"))) {
            properties.putIfAbsent("sslmode", "verify-full");
            require(
                    properties.getProperty("sslmode").equals("verify-full"),
                    "has sslrootcert=system with an sslmode that does not look at the server's name; write"
                            + " sslmode=verify-full, or leave it out");
        }
    }

    private void translate(String key, String value) {
        switch (key) {
            case "sslmode" -> sslMode(key, value);
            // libpq reads ssl=true of a JDBC URL as sslmode=require. SQLAlchemy writes the values of sslmode here.
            case "ssl" ->
                sslMode(
                        key,
                        Settings.flag(value.isEmpty() ? "true" : value)
                                .map(on -> on ? "require" : "disable")
                                .orElse(value));
            case "sslrootcert" ->
                properties.setProperty(
                        value.equals("system") ? "sslfactory" : "sslrootcert",
                        value.equals("system") ? SYSTEM_TRUST : value);
            case "require_auth", "requireauth" -> {
                require(
                        LOGIN_METHODS.matcher(value).matches(),
                        "has a " + key + " that is no list of scram-sha-256, md5, password, gss, sspi and none; write"
                                + " require_auth=scram-sha-256, or put ! before each method that is forbidden");
                properties.setProperty("requireAuth", value);
            }
            case "target_session_attrs", "targetservertype" ->
                properties.setProperty(
                        "targetServerType",
                        switch (value.toLowerCase(Locale.ROOT)) {
                            case "any" -> "any";
                            case "read-write", "primary", "master" -> "primary";
                            case "preferprimary" -> "preferPrimary";
                            default ->
                                throw Dsn.invalid("has a " + key
                                        + " that may lead to a read-only server; the runner writes: use read-write");
                        });
            case "connect_timeout", "connecttimeout" -> {
                require(SECONDS.matcher(value).matches(), "has a " + key + " that is no whole number of seconds");
                // In libpq 0 means an endless wait, which no part of a run may have.
                if (Integer.parseInt(value) > 0) {
                    properties.setProperty("connectTimeout", value);
                }
            }
            case "load_balance_hosts", "loadbalancehosts" ->
                flag("loadBalanceHosts", value.equals("random") || value.equals("true"));
            case "keepalives", "tcpkeepalive" -> flag("tcpKeepAlive", !value.equals("0") && !value.equals("false"));
            case "fallback_application_name" -> properties.putIfAbsent("ApplicationName", value);
            default ->
                warnings.accept(
                        WORD.matcher(key).matches()
                                ? "database: the DSN's parameter " + key + " is not for the runner and is ignored"
                                : "database: a parameter of the DSN whose name is no word is ignored");
        }
    }

    private void sslMode(String key, String value) {
        // node-postgres has a word of its own for libpq's "require": encrypt, and trust any server.
        String mode = value.equals("no-verify") ? "require" : value;
        require(
                SSL_MODES.contains(mode),
                "has a " + key + " that is none of disable, allow, prefer, require, verify-ca and verify-full");
        properties.setProperty("sslmode", mode);
    }

    private void flag(String property, boolean value) {
        properties.setProperty(property, String.valueOf(value));
    }

    private static void require(boolean holds, String fix) {
        if (!holds) {
            throw Dsn.invalid(fix);
        }
    }
}
