package io.crmventas.tasks.runner.report;

import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * Describes a wrong setting, an error of the database, or a fault of the runner: what happened, why, and what to do. The
 * message names variables, keys and tables. It never quotes a value that can be secret.
 */
public final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;
    /** Maps a part of an error message of PgBouncer, the driver or the server to the fix. */
    private static final Map<String, String> FIXES = Map.of(
            "unsupported startup parameter",
            "PgBouncer refuses this connection option: take it out of the DSN, or add it to PgBouncer's"
                    + " ignore_startup_parameters and set it for the role instead",
            "transaction blocks not allowed in statement pooling mode",
            "a run needs transactions: connect to PgBouncer in transaction mode or session mode",
            "invalid byte sequence for encoding \"UTF8\"",
            "a name or number in the CRM is not UTF-8, and this database does not check it: write the text again, or"
                    + " move the database to the encoding UTF8",
            "query would be affected by row-level security policy",
            "the policy hides rows of this table from the role, and figures over a part of the rows would be wrong: run"
                    + " alter role ... bypassrls, and write POSTGRES_PRIVILEGED_ROLE beside the DSN",
            "SSL root certificate",
            "put the authority's certificate in PEM into the Secret as ca.crt and write sslrootcert=ca.crt, or write"
                    + " sslrootcert=system for a public authority",
            "Could not load the private key",
            "the driver expects an RSA key in PKCS #8: write pemKeyAlgorithm=EC in the DSN for an elliptic curve, and convert"
                    + " another form by openssl pkcs8 -topk8",
            "no encryption",
            "the server's pg_hba.conf takes no connection without TLS from here: write sslmode=require in the DSN, or add"
                    + " a line for this address",
            "no password was provided",
            "the Secret has no password: write it after the user, as in postgresql://user:password@host/crm, or beside"
                    + " the host as password or POSTGRES_PASSWORD",
            "could not be verified by hostnameverifier",
            "the server's certificate lacks this name: write a name of the certificate as the host, or issue the"
                    + " certificate again with this name",
            "not allowed by requireAuth",
            "the server does not ask for the password in SCRAM, so the runner does not log in: set"
                    + " password_encryption = 'scram-sha-256' and set the role's password again, or allow the server's"
                    + " method in the DSN, as in require_auth=md5");

    /** The driver reports the server's name and the files of a certificate like a lost connection. */
    private static final Pattern TLS_FAULT = Pattern.compile(
            "(?i)hostnameverifier|private key|SSL (root )?certificate|SSL key|not support SSL|SSL is not in use");

    /** Poolers give these SQLSTATEs to errors of all kinds. */
    private static final Set<String> STATES_OF_POOLERS = Set.of("08P01", "08000", "28000", "58000", "XX000");

    /** What PgBouncer, Supavisor, PgCat, Neon and RDS Proxy write, always in English. */
    private static final Map<FailureReason, Pattern> REFUSALS = Map.of(
            FailureReason.DATABASE_NOT_FOUND,
            Pattern.compile("(?i)no such database|no pool configured|endpoint could not be found"),
            FailureReason.DATABASE_OVERLOADED,
            Pattern.compile("(?i)no more connections allowed|query_wait_timeout|client_login_timeout|max client"
                    + "|connections exceeded|check out process|timed-out waiting"),
            FailureReason.DATABASE_SETTINGS_REJECTED,
            Pattern.compile("(?i)startup parameter|statement pooling mode|endpoint id is not specified"),
            FailureReason.DATABASE_TLS_FAILED,
            Pattern.compile("(?i)(SSL|TLS) (connection )?(is )?required|requires TLS"),
            FailureReason.DATABASE_AUTHENTICATION_FAILED,
            Pattern.compile("(?i)authentication (failed|error)|no such user|login rejected|tenant(/| or )user"
                    + "|no tenant identifier"));

    private final FailureReason reason;
    private final @Nullable String step;

    public Failure(FailureReason reason, String message) {
        this(reason, message, null);
    }

    private Failure(FailureReason reason, String message, @Nullable String step) {
        super(message, null, false, false);
        this.reason = reason;
        this.step = step;
    }

    public static Failure of(Throwable error) {
        return switch (error) {
            case Failure failure -> failure;
            case SQLException sql -> new Failure(reason(sql), text(sql));
            default -> {
                StackTraceElement[] trace = error.getStackTrace();
                yield new Failure(FailureReason.INTERNAL_ERROR, error + (trace.length == 0 ? "" : " at " + trace[0]));
            }
        };
    }

    /**
     * Describes why there is no session.
     *
     * @param server the hosts and the database, because the driver names no server that accepts and then does not answer
     */
    public static Failure ofConnect(SQLException error, String server) {
        Failure failure = new Failure(reasonOfConnect(error), text(error));
        return failure.reason == FailureReason.DATABASE_UNAVAILABLE ? failure.because("server " + server) : failure;
    }

    /** Joins all wrong settings into one failure. If their reasons differ, the reason is {@code InvalidUsage}. */
    public static Failure ofAll(Collection<Failure> failures) {
        Set<FailureReason> reasons = failures.stream().map(Failure::reason).collect(Collectors.toSet());
        FailureReason common = reasons.size() == 1 ? reasons.iterator().next() : FailureReason.INVALID_USAGE;
        return new Failure(
                common, failures.stream().map(Failure::message).distinct().collect(Collectors.joining("; ")));
    }

    public FailureReason reason() {
        return reason;
    }

    public String message() {
        return String.valueOf(getMessage());
    }

    /** Returns the step of the run that failed. */
    public @Nullable String step() {
        return step;
    }

    public Failure at(@Nullable String failedStep) {
        return new Failure(reason, message(), failedStep);
    }

    public Failure because(String more) {
        return new Failure(reason, message() + " (" + more + ")", step);
    }

    /** Maps the codes of PostgreSQL's appendix A. The driver also uses class 08 for a broken connection. */
    private static FailureReason reason(SQLException error) {
        if (causes(error).anyMatch(SSLHandshakeException.class::isInstance)) {
            return FailureReason.DATABASE_TLS_FAILED;
        }
        return refusal(error).orElseGet(() -> reason(state(error)));
    }

    private static FailureReason reason(String state) {
        return switch (state) {
            case "3D000" -> FailureReason.DATABASE_NOT_FOUND;
            // The driver refuses the server: it offers no TLS, or asks for a password that is not there.
            case "08004" -> FailureReason.DATABASE_SETTINGS_REJECTED;
            case "42501" -> FailureReason.PERMISSION_DENIED;
            // A view or a constraint is not as the statements need it, or a column does not hold the value.
            case "0A000", "55000", "22001", "22003", "22021", "22P02", "3F000" -> FailureReason.SCHEMA_MISMATCH;
            case "40001", "40P01" -> FailureReason.TRANSIENT_FAULT;
            case "55P03" -> FailureReason.LOCK_TIMEOUT;
            case "57014" -> FailureReason.STATEMENT_CANCELLED;
            case "25006" -> FailureReason.DATABASE_READ_ONLY;
            // The server ended the session, because it reached a time limit of its transactions.
            case "25P03", "25P04" -> FailureReason.DATABASE_UNAVAILABLE;
            default ->
                switch (state.substring(0, Math.min(2, state.length()))) {
                    case "08", "57", "58" -> FailureReason.DATABASE_UNAVAILABLE;
                    // A constraint refuses a row, or a table, column, function or type is not as the statements need
                    // it.
                    case "23", "42" -> FailureReason.SCHEMA_MISMATCH;
                    case "53" -> FailureReason.DATABASE_OVERLOADED;
                    case "28" -> FailureReason.DATABASE_AUTHENTICATION_FAILED;
                    default -> FailureReason.DATABASE_ERROR;
                };
        };
    }

    /** Without a session no statement has run, so an error in a text or a value is one in the options of the connection. */
    private static FailureReason reasonOfConnect(SQLException error) {
        if (TLS_FAULT.matcher(String.valueOf(error.getMessage())).find()) {
            return FailureReason.DATABASE_TLS_FAILED;
        }
        return switch (state(error)) {
            // The owner of the database allows no connections, for example during a restore.
            case "55000" -> FailureReason.DATABASE_UNAVAILABLE;
            case "XX000" -> refusal(error).orElse(FailureReason.DATABASE_UNAVAILABLE);
            // A library that the role's settings name is missing, or a pooler takes no options.
            case "58P01", "0A000", "22023", "42601", "42704", "55P02" -> FailureReason.DATABASE_SETTINGS_REJECTED;
            default -> reason(error);
        };
    }

    private static Optional<FailureReason> refusal(SQLException error) {
        String message = String.valueOf(error.getMessage());
        return REFUSALS.entrySet().stream()
                .filter(known -> STATES_OF_POOLERS.contains(state(error))
                        && known.getValue().matcher(message).find())
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static String state(SQLException error) {
        return String.valueOf(error.getSQLState());
    }

    private static Stream<Throwable> causes(Throwable error) {
        return Stream.iterate(error.getCause(), cause -> cause != null, Throwable::getCause);
    }

    /** Adds the last cause, because the driver reports there what happened on the network. */
    private static String text(SQLException error) {
        // The other lines are position and context, for which the report has no space.
        String message = String.valueOf(error.getMessage())
                .lines()
                .findFirst()
                .orElse("no message")
                .strip();
        String why = causes(error)
                .reduce((cause, next) -> next)
                .map(last -> last.getClass().getSimpleName() + " " + last.getMessage())
                .map(cause -> (message.endsWith(".") ? " " : ": ") + cause)
                .orElse("");
        String fix = FIXES.entrySet().stream()
                .filter(known -> message.contains(known.getKey()))
                .map(known -> "; " + known.getValue())
                .findFirst()
                .orElse("");
        return message + why + " (SQLSTATE " + state(error) + ")" + fix;
    }
}
