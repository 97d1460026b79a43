package io.crmventas.tasks.runner.connection;

import io.crmventas.tasks.runner.report.Reason;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * What a database error means for the run.
 *
 * @param passing trying again on a fresh connection may help
 */
public record SqlFault(Reason reason, boolean passing, String message) {

    /** What PgBouncer, the driver or the server refuses, and how to fix it. */
    private static final Map<String, String> REFUSED = Map.of(
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
            "not allowed by requireAuth",
            "the server does not ask for the password in SCRAM, so the runner does not log in: set"
                    + " password_encryption = 'scram-sha-256' and set the role's password again, or allow the server's"
                    + " method in the DSN, as in require_auth=md5");

    private static final List<String> FULL_POOLER =
            List.of("no more connections allowed", "query_wait_timeout", "client_login_timeout");

    public static SqlFault of(SQLException error) {
        String state = String.valueOf(error.getSQLState());
        Reason reason = reason(state, error);
        return new SqlFault(reason, passing(reason), text(error, state));
    }

    /** Classes and codes of PostgreSQL's appendix A; 08 is also what the driver says of a broken connection. */
    private static Reason reason(String state, SQLException error) {
        if (caused(error, SSLHandshakeException.class) || caused(error, SSLPeerUnverifiedException.class)) {
            return Reason.DATABASE_TLS_FAILED;
        }
        return switch (state) {
            case "08P01" -> ofPooler(String.valueOf(error.getMessage()));
            case "28P01", "28000" -> Reason.DATABASE_AUTHENTICATION_FAILED;
            case "3D000" -> Reason.DATABASE_NOT_FOUND;
            // The driver refuses the server: no TLS though demanded, no password though asked for one.
            case "08004" -> Reason.DATABASE_SETTINGS_REJECTED;
            case "42501" -> Reason.PERMISSION_DENIED;
            // A table, column, function, type or schema is not as the statements need it, or the CRM's own constraints
            // refuse a row.
            case "42P01",
                    "42703",
                    "42883",
                    "42804",
                    "42846",
                    "42809",
                    "42P10",
                    "22P02",
                    "22001",
                    "22021",
                    "3F000",
                    "23502",
                    "23514" -> Reason.SCHEMA_MISMATCH;
            case "40001", "40P01" -> Reason.TRANSIENT_FAULT;
            case "55P03" -> Reason.LOCK_TIMEOUT;
            case "57014" -> Reason.STATEMENT_CANCELLED;
            case "25006" -> Reason.DATABASE_READ_ONLY;
            default ->
                switch (state.length() < 2 ? "" : state.substring(0, 2)) {
                    case "08", "57", "58" -> Reason.DATABASE_UNAVAILABLE;
                    case "53" -> Reason.DATABASE_OVERLOADED;
                    case "28" -> Reason.DATABASE_AUTHENTICATION_FAILED;
                    default -> Reason.DATABASE_ERROR;
                };
        };
    }

    /** PgBouncer has one state for all that it refuses; its messages are always English. */
    private static Reason ofPooler(String message) {
        if (REFUSED.keySet().stream().anyMatch(message::contains)) {
            return Reason.DATABASE_SETTINGS_REJECTED;
        }
        return FULL_POOLER.stream().anyMatch(message::contains)
                ? Reason.DATABASE_OVERLOADED
                : Reason.DATABASE_UNAVAILABLE;
    }

    private static boolean passing(Reason reason) {
        return switch (reason) {
            case TRANSIENT_FAULT, LOCK_TIMEOUT, DATABASE_READ_ONLY, DATABASE_UNAVAILABLE, DATABASE_OVERLOADED -> true;
            case INVALID_USAGE,
                    INVALID_PARAMETERS,
                    INVALID_SECRET,
                    DATABASE_AUTHENTICATION_FAILED,
                    DATABASE_ROLE_REFUSED,
                    DATABASE_SETTINGS_REJECTED,
                    DATABASE_TLS_FAILED,
                    DATABASE_NOT_FOUND,
                    DATABASE_VERSION_UNSUPPORTED,
                    SCHEMA_MISMATCH,
                    PERMISSION_DENIED,
                    LOCK_HELD,
                    STATEMENT_CANCELLED,
                    DEADLINE_EXCEEDED,
                    TERMINATED,
                    DATABASE_ERROR,
                    INTERNAL_ERROR -> false;
        };
    }

    private static boolean caused(Throwable error, Class<? extends Throwable> type) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    /** The driver hides what happened on the network in the causes; the last of them says it best. */
    private static String text(SQLException error, String state) {
        @Nullable Throwable last = error.getCause();
        while (last != null && last.getCause() != null) {
            last = last.getCause();
        }
        String why = last == null ? "" : ": " + last.getClass().getSimpleName() + " " + last.getMessage();
        String message = firstLine(String.valueOf(error.getMessage()));
        String fix = REFUSED.entrySet().stream()
                .filter(refused -> message.contains(refused.getKey()))
                .map(refused -> "; " + refused.getValue())
                .findFirst()
                .orElse("");
        return message + why + " (SQLSTATE " + state + ")" + fix;
    }

    /** The rest is position and context of the statement, which the report has no room for. */
    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("no message").strip();
    }
}
