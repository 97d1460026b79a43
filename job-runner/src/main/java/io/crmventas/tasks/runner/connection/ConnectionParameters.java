package io.crmventas.tasks.runner.connection;

import io.crmventas.tasks.runner.settings.Settings;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Translates the parameters of a DSN, with the names of libpq or the driver, to the driver's properties. It refuses what
 * would weaken or redirect the connection. It ignores settings of other clients with a warning, because the CRM can use
 * the same DSN.
 */
record ConnectionParameters(Properties properties, Consumer<String> warnings) {
    static final String SYSTEM_TRUST = "org.postgresql.ssl.DefaultJavaSSLFactory";

    /** Most names of libpq and of the driver differ only in case and underscores. */
    private static final Map<String, String> PROPERTIES = Stream.of(
                    ("sslmode sslcert sslkey sslpassword pemKeyAlgorithm sslrootcert sslNegotiation channelBinding"
                                    + " requireAuth options currentSchema ApplicationName gssEncMode kerberosServerName"
                                    + " targetServerType connectTimeout loadBalanceHosts tcpKeepAlive")
                            .split(" "))
            .collect(Collectors.toMap(ConnectionParameters::plain, property -> property));

    private static final Map<String, String> OTHER_NAMES = Map.of(
            "ssl", "sslmode", // of the driver and of SQLAlchemy
            "schema", "currentschema", // Prisma's
            "krbsrvname", "kerberosservername",
            "targetsessionattrs", "targetservertype",
            "keepalives", "tcpkeepalive");
    /** The driver reports a wrong value of these as a lost connection, and the run would try again. */
    private static final Map<String, String> VALUES = Map.of(
            "sslmode", "disable|allow|prefer|require|verify-ca|verify-full",
            "channelBinding", "disable|prefer|require",
            "gssEncMode", "disable|allow|prefer|require",
            "sslNegotiation", "postgres|direct",
            "requireAuth", "(M(,M)*|!M(,!M)*)".replace("M", "(scram-sha-256|md5|password|gss|sspi|none)"),
            "targetServerType", "any|primary|preferPrimary",
            "connectTimeout", "[0-9]{1,5}");

    private static final Map<String, String> FAULTS = Map.of(
            "requireAuth",
            "is no list of scram-sha-256, md5, password, gss, sspi and none; write require_auth=scram-sha-256, or put !"
                    + " before each method that is forbidden",
            "targetServerType",
            "may lead to a read-only server; the runner writes: use read-write",
            "connectTimeout",
            "is no whole number of seconds");
    /** They name classes to load, servers to trust, or modes in which the runner cannot write. */
    private static final Set<String> REFUSED = Set.of(("hostaddr service passfile replication readonly preferquerymode"
                    + " sslcrl sslcrldir sslminprotocolversion sslmaxprotocolversion sslfactory sslfactoryarg"
                    + " sslhostnameverifier sslpasswordcallback socketfactory socketfactoryarg"
                    + " authenticationpluginclassname connectexecutor connectexecutorarg xmlfactoryfactory"
                    + " jaasapplicationname localsocketaddress")
            .split(" "));

    private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,40}");

    void set(String name, String value) {
        String key = name.toLowerCase(Locale.ROOT);
        if (REFUSED.contains(plain(key))) {
            throw Dsn.refusedParameter(key);
        }
        String property = PROPERTIES.get(OTHER_NAMES.getOrDefault(plain(key), plain(key)));
        if (property != null) {
            set(key, property, value);
        } else {
            warnings.accept(
                    WORD.matcher(key).matches()
                            ? "database: the DSN's parameter " + key + " is not for the runner and is ignored"
                            : "database: a parameter of the DSN whose name is no word is ignored");
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

    private void set(String key, String property, String text) {
        if (property.equals("sslrootcert") && text.equals("system")) {
            properties.setProperty("sslfactory", SYSTEM_TRUST);
            return;
        }
        String allowed = VALUES.get(property);
        String value = translated(key, property, allowed == null ? text : text.toLowerCase(Locale.ROOT));
        require(
                allowed == null || value.matches(allowed),
                "has a " + key + " that "
                        + FAULTS.getOrDefault(
                                property,
                                "is none of " + String.valueOf(allowed).replace("|", ", ")));
        // In libpq 0 means an endless wait, which no part of a run may have.
        if (!property.equals("connectTimeout") || Integer.parseInt(value) > 0) {
            properties.setProperty(property, value);
        }
    }

    private static String translated(String key, String property, String value) {
        return switch (property) {
            case "sslmode" -> {
                // libpq reads ssl=true of a JDBC URL as sslmode=require. SQLAlchemy writes the values of sslmode here.
                String mode = key.equals("ssl")
                        ? Settings.flag(value.isEmpty() ? "true" : value)
                                .map(on -> on ? "require" : "disable")
                                .orElse(value)
                        : value;
                // node-postgres has a word of its own for libpq's "require": encrypt, and trust any server.
                yield mode.equals("no-verify") ? "require" : mode;
            }
            case "targetServerType" ->
                value.replaceFirst("^(read-write|master)$", "primary").replace("preferprimary", "preferPrimary");
            case "loadBalanceHosts" -> String.valueOf(value.equals("random") || value.equals("true"));
            case "tcpKeepAlive" -> String.valueOf(!value.equals("0") && !value.equals("false"));
            default -> value;
        };
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace("_", "");
    }

    private static void require(boolean holds, String fix) {
        if (!holds) {
            throw Dsn.invalid(fix);
        }
    }
}
