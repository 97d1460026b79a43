package io.crmventas.tasks.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.contract.RunReportCodec;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.report.FailureReason;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunnerMainTest {
    private static final String CANARY = "canary-4711/x";

    @Test
    void namesAllWrongSettingsAtOnceAndReportsThem() {
        Launch.Ended ended = new Launch()
                .canary(CANARY)
                .with("POSTGRES_DSN", "postgresql://u:" + CANARY + "@h/d")
                .with("CRM_TASK_TIMEOUT", "soon")
                .with("CRM_TASK_RETRY_LIMIT", "-1")
                .with("CRM_TASK_SHARDS", "3")
                .with("LOG_LEVEL", "LOUD")
                .with("LOG_FORMAT", "xml")
                .with("CRM_TASK_PARAMETERS", "{")
                .run("run", "clean-up", "--as-of", "yesterday");

        assertEquals(64, ended.exit());
        RunReport report = ended.report();
        assertEquals(RunResult.FAILED, report.result());
        assertEquals("InvalidUsage", report.reason());
        assertEquals("configuration", report.step());
        for (String named : List.of(
                "POSTGRES_DSN",
                "CRM_TASK_TIMEOUT",
                "CRM_TASK_RETRY_LIMIT",
                "JOB_COMPLETION_INDEX",
                "LOG_LEVEL",
                "LOG_FORMAT",
                "CRM_TASK_PARAMETERS",
                "<task>",
                "--as-of")) {
            assertTrue(String.valueOf(report.message()).contains(named), named + " in " + report.message());
        }
        assertEquals(ended.terminationLog(), ended.lastLine());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, CRM_TASK_SHARDS",
        "0, 65, CRM_TASK_SHARDS",
        "-1, 2, JOB_COMPLETION_INDEX",
        "2, 2, JOB_COMPLETION_INDEX",
    })
    void refusesAnInvalidShard(String index, String count, String named) {
        Launch.Ended ended = new Launch()
                .with("POSTGRES_DSN", "postgresql://u@h/d")
                .with("JOB_COMPLETION_INDEX", index)
                .with("CRM_TASK_SHARDS", count)
                .run("run", "cleanup");

        assertEquals(64, ended.exit());
        assertTrue(String.valueOf(ended.report().message()).startsWith("variable " + named + ": "), ended.toString());
    }

    @Test
    void wrongSecretHasItsOwnReason() {
        Launch.Ended ended = new Launch()
                .canary(CANARY)
                .with("POSTGRES_DSN", "postgresql://u:" + CANARY + "@h/d")
                .run("run", "cleanup");

        assertEquals(78, ended.exit());
        assertEquals("InvalidSecret", ended.report().reason());
    }

    @Test
    void namesEveryWrongParameter() {
        Launch.Ended ended = new Launch()
                .with("POSTGRES_DSN", "postgresql://u@h/d")
                .tasks((type, parameters) -> {
                    throw new Failure(FailureReason.INVALID_PARAMETERS, "window: too short; x: unknown");
                })
                .run("run", "cleanup");

        assertEquals(64, ended.exit());
        assertEquals("InvalidParameters", ended.report().reason());
        assertEquals(
                "variable CRM_TASK_PARAMETERS: window: too short; x: unknown",
                ended.report().message());
    }

    /** The preflight finds them before the first run. */
    @ParameterizedTest
    @CsvSource({
        "'{\"days\": 3}', 'days: this task has no such parameter'",
        "'{\"notificationRetention\": \"1h\"}', 'notificationRetention: must be a duration of 1d or more'",
        "'[', 'must be a JSON object'"
    })
    void checkRefusesWrongParameters(String parameters, String named) {
        Launch.Ended ended = new Launch()
                .with("POSTGRES_DSN", "postgresql://u@h/d")
                .with("CRM_TASK_PARAMETERS", parameters)
                .tasks(TaskCatalog.BUILT_IN)
                .run("check", "cleanup", "--report");

        assertEquals(64, ended.exit());
        assertEquals("InvalidParameters", ended.report().reason());
        String message = String.valueOf(ended.report().message());
        assertTrue(message.startsWith("variable CRM_TASK_PARAMETERS: " + named), message);
    }

    @Test
    void reportOfAnInvalidCommandLineContainsNoSecret() {
        Launch.Ended ended =
                new Launch().canary(CANARY).run("run", "cleanup", "--dsn", "postgresql://u:" + CANARY + "@h/d");

        assertEquals(64, ended.exit());
        assertEquals("InvalidUsage", ended.report().reason());
        assertEquals("cleanup", ended.report().task());
    }

    @ParameterizedTest
    @CsvSource({"run, true", "run --dry-run, true", "check --report --nonsense, true", "check --nonsense, false"})
    void reportsAnInvalidCommandLineOnlyIfItAsksForAReport(String line, boolean reported) {
        Launch.Ended ended = new Launch().run(line.split(" "));

        assertEquals(64, ended.exit());
        assertTrue(ended.err().contains("See --help"), ended.err());
        assertEquals(reported, ended.out().contains("\"task\":\"unknown\""), ended.out());
    }

    @Test
    void printsTheUsageWithoutArguments() {
        Launch.Ended ended = new Launch().run();

        assertEquals(64, ended.exit());
        assertTrue(ended.err().contains("check") && ended.err().contains("run"), ended.err());
    }

    /** The version comes from the manifest of the jar. */
    @Test
    void versionOutsideOfAJarIsDevelopment() {
        for (String option : List.of("--version", "-V")) {
            Launch.Ended ended = new Launch().run(option);

            assertEquals(0, ended.exit());
            assertEquals("development\n", ended.out());
        }
    }

    @Test
    void printsTheLeastRightsOfATask() {
        Launch.Ended ended = new Launch().run("grants", "cleanup", "--role", "guest");
        String optional = "do $grant$ begin if to_regclass('\"public\".chat_sessions') is not null then ";

        assertEquals(0, ended.exit());
        assertEquals(
                List.of(
                        "grant usage on schema \"public\" to \"guest\";",
                        "do $grant$ begin alter role \"guest\" set search_path = \"public\", pg_temp; exception when"
                                + " insufficient_privilege then raise warning '%; run it as the role itself or as a superuser: %',"
                                + " sqlerrm, 'alter role \"guest\" set search_path = \"public\", pg_temp'; end $grant$;",
                        "grant select (id, tenant_id, created_at, expires_at) on \"public\".notifications to \"guest\";",
                        "grant delete on \"public\".notifications to \"guest\";",
                        "grant update (id) on \"public\".notifications to \"guest\";",
                        "grant select (id, tenant_id, metrics_period_start) on \"public\".seller_metrics to \"guest\";",
                        "grant delete on \"public\".seller_metrics to \"guest\";",
                        "grant update (id) on \"public\".seller_metrics to \"guest\";",
                        optional
                                + "grant select (id, status, last_activity) on \"public\".chat_sessions to \"guest\"; end if; end $grant$;",
                        optional + "grant delete on \"public\".chat_sessions to \"guest\"; end if; end $grant$;",
                        optional + "grant update (id) on \"public\".chat_sessions to \"guest\"; end if; end $grant$;"),
                ended.out().lines().toList());
    }

    @Test
    void keepsALongReportWithinTheTerminationLogAndPrintsItWhole() {
        Launch.Ended ended = new Launch()
                .with("POSTGRES_DSN", "postgresql://u@h/d")
                .tasks((type, parameters) -> {
                    throw new Failure(FailureReason.INVALID_PARAMETERS, "ñ".repeat(9000));
                })
                .run("run", "cleanup");

        assertTrue(ended.lastLine().contains("ñ".repeat(9000)));
        assertFalse(ended.terminationLog().contains("ñ".repeat(2000)));
        assertTrue(RunReportCodec.decode(ended.terminationLog()).isPresent());
    }
}
