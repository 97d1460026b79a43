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
        "23505, DatabaseError, 70, false",
        "22012, DatabaseError, 70, false",
        "XX000, DatabaseError, 70, false",
    })
    void mapsEverySqlStateToAReason(String state, String reason, int exit, boolean transientFault) {
        Failure fault = Failure.of(new SQLException("m", state));

        assertEquals(reason, fault.reason().text());
        assertEquals(exit, fault.reason().exit().code());
        assertEquals(transientFault, fault.reason().transientFault());
    }

    @ParameterizedTest
    @CsvSource({
        "22023, DatabaseSettingsRejected, 78",
        "42601, DatabaseSettingsRejected, 78",
        "42704, DatabaseSettingsRejected, 78",
        "55P02, DatabaseSettingsRejected, 78",
        "55000, DatabaseUnavailable, 69",
        "42501, PermissionDenied, 78",
        "3D000, DatabaseNotFound, 78",
        "53300, DatabaseOverloaded, 75",
    })
    void mapsTheSqlStatesOfARefusedConnection(String state, String reason, int exit) {
        Failure fault = Failure.ofConnect(new SQLException("m", state), "db:5432/crm");

        assertEquals(reason, fault.reason().text());
        assertEquals(exit, fault.reason().exit().code());
    }

    @ParameterizedTest
    @CsvSource({
        "FATAL: no such database: crm, DatabaseNotFound",
        "FATAL: SASL authentication failed, DatabaseAuthenticationFailed",
        "FATAL: password authentication failed, DatabaseAuthenticationFailed",
        "FATAL: server login failed: FATAL password authentication failed for user, DatabaseAuthenticationFailed",
        "FATAL: no such user: guest, DatabaseAuthenticationFailed",
        "FATAL: login rejected, DatabaseAuthenticationFailed",
        "FATAL: pgbouncer cannot connect to server, DatabaseUnavailable",
    })
    void mapsTheMessagesOfPgBouncer(String message, String reason) {
        assertEquals(
                reason, Failure.of(new SQLException(message, "08P01")).reason().text());
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
                        .text());
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
        assertEquals("DatabaseError", Failure.of(new SQLException("m")).reason().text());
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

        assertEquals("DatabaseTlsFailed", Failure.of(error).reason().text());
    }

    @Test
    void messageOmitsDetailAndContext() {
        SQLException error = new SQLException("ERROR: duplicate key\n  Detail: Key (phone)=(+54911) exists", "23505");

        assertEquals("ERROR: duplicate key (SQLSTATE 23505)", Failure.of(error).message());
    }
}
