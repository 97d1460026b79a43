package io.crmventas.tasks.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseTest {

    @Test
    void readsBackTheDsnItWrites() {
        var database = new Database("crm-postgres", 5433, "c r m", "us:er", "p@ss/w+%rd", "sslmode=require");
        assertEquals(database, Database.ofDsn(database.dsn()));
    }

    @Test
    void defaultsToThePortOfPostgres() {
        assertEquals(
                new Database("crm-postgres", 5432, "crm", "crm", "secret", ""),
                Database.ofDsn("postgres://crm:secret@crm-postgres/crm"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"mysql://u:secret@h/db", "postgres://u:secret@h", "postgres://u:secret %@h/db", "postgres://h/db"
            })
    void refusesAnInvalidDsnWithoutQuotingIt(String dsn) {
        var error = assertThrows(IllegalArgumentException.class, () -> Database.ofDsn(dsn));
        assertFalse(String.valueOf(error.getMessage()).contains("secret"), error.getMessage());
    }

    @Test
    void textFormHasNoPassword() {
        assertFalse(Database.ofDsn("postgres://crm:secret@h/crm").toString().contains("secret"));
    }
}
