package io.crmventas.tasks.runner.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.ConnectException;
import java.sql.SQLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureTest {
    @ParameterizedTest
    @CsvSource({
        "28P01, DatabaseAuthenticationFailed, 78, false",
        "28000, DatabaseAuthenticationFailed, 78, false",
        "3D000, DatabaseNotFound, 78, false",
        "08004, DatabaseSettingsRejected, 78, false",
        "42501, PermissionDenied, 78, false",
        "42P01, SchemaMismatch, 78, false",
        "42703, SchemaMismatch, 78, false",
        "08001, DatabaseUnavailable, 69, true",
        "08006, DatabaseUnavailable, 69, true",
        "57P01, DatabaseUnavailable, 69, true",
        "57P02, DatabaseUnavailable, 69, true",
        "57P03, DatabaseUnavailable, 69, true",
        "25P03, DatabaseUnavailable, 69, true",
        "25P04, DatabaseUnavailable, 69, true",
        "25006, DatabaseReadOnly, 69, true",
        "53300, DatabaseOverloaded, 75, true",
        "53100, DatabaseOverloaded, 75, true",
        "40001, TransientFault, 75, true",
        "40P01, TransientFault, 75, true",
        "55P03, LockTimeout, 75, true",
        "57014, StatementCancelled, 75, false",
        "42704, SchemaMismatch, 78, false",
        "428C9, SchemaMismatch, 78, false",
        "22003, SchemaMismatch, 78, false",
        "22P02, SchemaMismatch, 78, false",
        "23503, SchemaMismatch, 78, false",
        "23505, SchemaMismatch, 78, false",
        "23P01, SchemaMismatch, 78, false",
        "55000, SchemaMismatch, 78, false",
        "0A000, SchemaMismatch, 78, false",
        "22012, DatabaseError, 70, false",
        "XX000, DatabaseError, 70, false",
    })
    void mapsEverySqlStateToAReason(String state, String reason, int exit, boolean transientFault) {
        Failure fault = Failure.of(new SQLException("m", state));

        assertEquals(reason, fault.reason().toString());
        assertEquals(exit, fault.reason().exit().code());
        assertEquals(transientFault, fault.reason().transientFault());
    }

    @ParameterizedTest
    @CsvSource({
        "22023, DatabaseSettingsRejected, 78",
        "42601, DatabaseSettingsRejected, 78",
        "42704, DatabaseSettingsRejected, 78",
        "55P02, DatabaseSettingsRejected, 78",
        "0A000, DatabaseSettingsRejected, 78",
        "58P01, DatabaseSettingsRejected, 78",
        "XX000, DatabaseUnavailable, 69",
        "55000, DatabaseUnavailable, 69",
        "42501, PermissionDenied, 78",
        "3D000, DatabaseNotFound, 78",
        "53300, DatabaseOverloaded, 75",
    })
    void mapsTheSqlStatesOfARefusedConnection(String state, String reason, int exit) {
        Failure fault = Failure.ofConnect(new SQLException("m", state), "db:5432/crm");

        assertEquals(reason, fault.reason().toString());
        assertEquals(exit, fault.reason().exit().code());
        assertEquals(exit == 69, fault.message().contains("db:5432/crm"), fault.message());
    }

    /** These programs give one SQLSTATE to errors of all kinds. */
    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                // PgBouncer
                "08P01 -> no such database: tenants -> DatabaseNotFound",
                "08P01 -> SASL authentication failed -> DatabaseAuthenticationFailed",
                "08P01 -> password authentication failed -> DatabaseAuthenticationFailed",
                "08P01 -> server login has been failing, cached error: FATAL: password authentication failed for user \"x\" -> DatabaseAuthenticationFailed",
                "08P01 -> no such user: guest -> DatabaseAuthenticationFailed",
                "08P01 -> login rejected -> DatabaseAuthenticationFailed",
                "08P01 -> SSL required -> DatabaseTlsFailed",
                "08P01 -> client connections exceeded (max_db_client_connections) -> DatabaseOverloaded",
                "08P01 -> no more connections allowed (max_client_conn) -> DatabaseOverloaded",
                "08P01 -> unsupported startup parameter in options: search_path -> DatabaseSettingsRejected",
                "08P01 -> pgbouncer cannot connect to server -> DatabaseUnavailable",
                "42P01 -> relation \"no such user\" does not exist -> SchemaMismatch",
                // Supabase's Supavisor
                "XX000 -> Tenant or user not found -> DatabaseAuthenticationFailed",
                "XX000 -> (ENOTFOUND) tenant/user postgres.abc not found -> DatabaseAuthenticationFailed",
                "XX000 -> (ENOIDENTIFIER) no tenant identifier provided (external_id or sni_hostname required) -> DatabaseAuthenticationFailed",
                "XX000 -> Max client connections reached -> DatabaseOverloaded",
                "XX000 -> (EMAXCONNSESSION) max clients reached in session mode - max clients are limited to pool_size: 15 -> DatabaseOverloaded",
                "XX000 -> Unable to check out process from the pool due to timeout -> DatabaseOverloaded",
                // PgCat
                "58000 -> No pool configured for database: \"crm\", user: \"u\" -> DatabaseNotFound",
                "58000 -> could not get connection from the pool - AllServersDown -> DatabaseUnavailable",
                // Neon
                "XX000 -> Endpoint ID is not specified. Pass it as a parameter: ?options=endpoint%3D<endpoint-id> -> DatabaseSettingsRejected",
                "XX000 -> The requested endpoint could not be found -> DatabaseNotFound",
                "XX000 -> Couldn't connect to compute node -> DatabaseUnavailable",
                // Azure and Amazon's RDS Proxy
                "28000 -> SSL connection is required. Please specify SSL options and retry. -> DatabaseTlsFailed",
                "0A000 -> Feature not supported: RDS Proxy currently doesn't support command-line options. -> DatabaseSettingsRejected",
                "28000 -> This RDS Proxy requires TLS connections -> DatabaseTlsFailed",
                "28000 -> This RDS proxy has no credentials for the role crm. -> DatabaseAuthenticationFailed",
                "08000 -> Timed-out waiting to acquire database connection -> DatabaseOverloaded",
            })
    void mapsTheMessagesOfPoolers(String state, String message, String reason) {
        assertEquals(
                reason,
                Failure.ofConnect(new SQLException("FATAL: " + message, state), "db:5432/crm")
                        .reason()
                        .toString());
    }

    @ParameterizedTest
    @CsvSource({
        "The hostname db could not be verified by hostnameverifier PgjdbcHostnameVerifier., DatabaseTlsFailed",
        "private key file \"/x\" has group or world access, DatabaseTlsFailed",
        "Could not read SSL key file /x., DatabaseTlsFailed",
        "Could not open SSL certificate file /x., DatabaseTlsFailed",
        "Loading the SSL root certificate /x into a TrustManager failed., DatabaseTlsFailed",
        "SSL error: Connection reset, DatabaseUnavailable",
    })
    void mapsTheMessagesOfTheDriverAboutTls(String message, String reason) {
        assertEquals(
                reason,
                Failure.ofConnect(new SQLException(message, "08006"), "db:5432/crm")
                        .reason()
                        .toString());
    }

    @Test
    void namesTheServerThatDoesNotAnswer() {
        SQLException error = new SQLException("Connection attempt timed out.", "08001");

        assertEquals(
                "Connection attempt timed out. (SQLSTATE 08001) (server db:5432/crm)",
                Failure.ofConnect(error, "db:5432/crm").message());
    }

    @Test
    void errorWithoutSqlStateIsADatabaseError() {
        assertEquals("DatabaseError", Failure.of(new SQLException("m")).reason().toString());
    }

    @Test
    void reportsTheNetworkError() {
        SQLException error =
                new SQLException("The connection attempt failed.", "08001", new ConnectException("refused"));

        assertEquals(
                "The connection attempt failed. ConnectException refused (SQLSTATE 08001)",
                Failure.of(error).message());
    }

    @Test
    void refusedCertificateIsATlsFailure() {
        SQLException error = new SQLException("SSL error", "08006", new SSLHandshakeException("PKIX path"));

        assertEquals("DatabaseTlsFailed", Failure.of(error).reason().toString());
        assertEquals(
                "SSL error: SSLHandshakeException PKIX path (SQLSTATE 08006)",
                Failure.of(error).message());
    }

    @Test
    void messageOmitsDetailAndContext() {
        SQLException error = new SQLException("ERROR: duplicate key\n  Detail: Key (phone)=(+54911) exists", "23505");

        assertEquals("ERROR: duplicate key (SQLSTATE 23505)", Failure.of(error).message());
    }
}
