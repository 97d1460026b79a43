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
