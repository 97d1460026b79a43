package io.crmventas.tasks.runner.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.contract.RunResult;
import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.demo.Database;
import io.crmventas.tasks.demo.DemoDatabase;
import io.crmventas.tasks.runner.Databases;
import io.crmventas.tasks.runner.Launch;
import io.crmventas.tasks.runner.TaskCatalog;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A preflight Job writes a report like that of a run. */
class CheckReportIT {
    private static final String NOT_VERIFIED =
            "database: with sslmode=prefer another server can answer in place of this"
                    + " one; write sslmode=verify-full and sslrootcert=ca.crt in the DSN, and put the authority's certificate into"
                    + " the Secret as ca.crt";

    @Test
    void successfulCheckReportsSuccess() throws SQLException {
        Launch.Ended ended =
                Databases.launch(Databases.create(CrmSchema.REFERENCE)).run("check", "cleanup", "--report");

        assertEquals(0, ended.exit(), ended.toString());
        RunReport report = ended.report();
        assertEquals("cleanup", report.task());
        assertEquals(RunResult.SUCCEEDED, report.result());
        assertNull(report.reason());
        assertEquals(List.of(NOT_VERIFIED), report.warnings());
        assertEquals("connected", report.database());
        assertTrue(report.startTime() != null && report.completionTime() != null && report.usage() != null);
        assertTrue(ended.out().startsWith("TASK "), ended.out());
        assertEquals(ended.terminationLog(), ended.lastLine());
    }

    @Test
    void namesMissingTablesAndAdvisedIndexes() throws SQLException {
        Database database = Databases.create(CrmSchema.REFERENCE);
        Databases.execute(
                database,
                "alter table leads drop column lead_source",
                "drop table seller_metrics",
                "drop index idx_chat_messages_tenant_from_created");
        Launch.Ended ended = Databases.launch(database).run("check", "metrics-refresh", "--report");

        assertEquals(78, ended.exit());
        RunReport report = ended.report();
        assertEquals(RunResult.FAILED, report.result());
        assertEquals("SchemaMismatch", report.reason());
        assertEquals("schema", report.step());
        assertEquals("missing: column leads.lead_source; table seller_metrics", report.message());
        assertEquals(
                List.of(
                        NOT_VERIFIED,
                        "index on chat_messages would help:"
                                + " create index concurrently on chat_messages (tenant_id, from_number, created_at desc)"
                                + "; -- the CRM's own index; without it each run reads all messages"),
                report.warnings());
    }

    @Test
    void namesTheMissingGrants() throws SQLException {
        Database database = Databases.create(CrmSchema.REFERENCE);
        Databases.execute(
                database,
                "drop role if exists \"check-guest\"",
                "create role \"check-guest\" login password 'canary_check_4711'",
                "grant select, delete, update (id) on notifications to \"check-guest\"");
        Launch.Ended ended = Launch.quick()
                .canary("canary_check_4711")
                .with(
                        "POSTGRES_DSN",
                        "postgresql://check-guest:canary_check_4711@127.0.0.1:" + database.port() + "/"
                                + database.name())
                .run("check", "cleanup", "--report");

        assertEquals(78, ended.exit());
        assertEquals("PermissionDenied", ended.report().reason());
        assertEquals(
                "not granted; run: grant select on seller_metrics to \"check-guest\";"
                        + " grant delete on seller_metrics to \"check-guest\";"
                        + " grant update on seller_metrics to \"check-guest\"",
                ended.report().message());
        Databases.execute(database, "drop owned by \"check-guest\"", "drop role \"check-guest\"");
    }

    @Test
    void lockedTableIsALockTimeout() throws SQLException {
        Database database = Databases.create(CrmSchema.REFERENCE);
        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("lock table notifications in access exclusive mode");

            Launch.Ended ended = Databases.launch(database)
                    .tasks(TaskCatalog.BUILT_IN)
                    .with("CRM_TASK_TIMEOUT", "4s")
                    .run("check", "cleanup", "--report");

            assertEquals(75, ended.exit(), ended.toString());
            assertEquals("LockTimeout", ended.report().reason());
        }
    }

    @Test
    void reportsAMissingDatabase() {
        Launch.Ended ended = Databases.launch(Databases.missing()).run("check", "all", "--report");

        assertEquals(78, ended.exit());
        assertEquals("all", ended.report().task());
        assertEquals("DatabaseNotFound", ended.report().reason());
        assertEquals("connect", ended.report().step());
        assertEquals("failed", ended.report().database());
    }

    @Test
    void reportsAnUnreachableDatabase() {
        Launch.Ended ended = Launch.quick()
                .canary("canary_check_4711")
                .with("POSTGRES_DSN", "postgresql://u:canary_check_4711@127.0.0.1:1/d")
                .run("check", "cleanup", "--report");

        assertEquals(69, ended.exit(), ended.toString());
        assertEquals("DatabaseUnavailable", ended.report().reason());
        assertEquals("failed", ended.report().database());
    }

    @Test
    void reportsWrongSettings() {
        Launch.Ended ended = Launch.quick()
                .canary("canary/x")
                .with("POSTGRES_DSN", "postgresql://u:canary/x@h/d")
                .with("LOG_LEVEL", "LOUD")
                .run("check", "cleanup", "--report");

        assertEquals(64, ended.exit());
        assertEquals("InvalidUsage", ended.report().reason());
        assertEquals("configuration", ended.report().step());
        assertTrue(String.valueOf(ended.report().message()).contains("POSTGRES_DSN"), ended.toString());
        assertTrue(String.valueOf(ended.report().message()).contains("LOG_LEVEL"), ended.toString());
    }

    @Test
    void reportsAnInvalidCommandLine() {
        Launch.Ended ended = Launch.quick().run("check", "cleanup", "--report", "--fast");

        assertEquals(64, ended.exit());
        assertEquals("InvalidUsage", ended.report().reason());
    }

    @Test
    void checkWithoutOptionReportWritesNoReport() throws SQLException {
        Launch.Ended ended = Databases.launch(Databases.create(CrmSchema.REFERENCE))
                .canary(DemoDatabase.PASSWORD)
                .run("check", "cleanup");

        assertEquals("", ended.terminationLog());
    }
}
