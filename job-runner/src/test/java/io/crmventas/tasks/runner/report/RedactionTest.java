package io.crmventas.tasks.runner.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedactionTest {
    private final Redaction redaction =
            Redaction.of(List.of("p@ss w/rd", "postgresql://u:p%40ss@h/d", "crm", "quo\"te\\d1", ""));

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                "nothing to hide -> nothing to hide",
                "password is p@ss w/rd! -> password is ***!",
                "P@SS W/RD -> ***",
                "inp@ss w/rdside -> in***side",
                "encoded p%40ss%20w%2Frd -> encoded ***",
                "encoded p%40ss+w%2frd -> encoded ***",
                "at postgresql://u:p%40ss@h/d now -> at *** now",
                "database \"crm\" is gone -> database \"***\" is gone",
                "crm_tasks and acrm stay -> crm_tasks and acrm stay",
                "json quo\\\"te\\\\d1 -> json ***",
                "any redis://:unknown@host:1/0 -> any redis://***@host:1/0",
                "write postgresql://user:password@host:5432/x, or so -> write postgresql://user:password@host:5432/x, or so",
                "write redis://:password@host:6379/0 -> write redis://:password@host:6379/0",
                "at postgresql://user:password@a-secret@host/x -> at postgresql://***@host/x",
                "at postgresql://user:passwords@host/x -> at postgresql://***@host/x",
                "any postgres://a:b/c@d@host/x -> any postgres://***@host/x",
            })
    void masksSecretsInEveryForm(String text, String masked) {
        assertEquals(masked, redaction.apply(text));
    }
}
