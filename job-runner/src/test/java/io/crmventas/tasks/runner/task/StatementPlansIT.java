package io.crmventas.tasks.runner.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.demo.CrmSchema;
import io.crmventas.tasks.demo.DemoData;
import io.crmventas.tasks.runner.Launch;
import io.crmventas.tasks.runner.RealTasks;
import io.crmventas.tasks.runner.task.model.CrmDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The output of {@code check --sql} runs as psql runs it, and its plans use the advised indexes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StatementPlansIT {
    private static final Pattern VARIABLE = Pattern.compile("(?m)^\\\\set (\\w+) (.*)\\R");
    private static final Pattern PARAMETER =
            Pattern.compile("'[^']*'|\"[^\"]*\"|--[^\\n]*|::|:(?<name>[a-z][a-zA-Z0-9_]*)");

    /** The newest message of a conversation is at the end of its index. A sort reads the whole conversation instead. */
    private static final Pattern SORTED_CONVERSATION =
            Pattern.compile("Limit [^\\n]*\\n[^\\n]*-> +(?:Incremental )?Sort [^\\n]*\\n *Sort Key: [^\\n]*created_at");

    private Connection connection;

    @BeforeAll
    void createDatabase() throws SQLException {
        connection = CrmDatabase.create(StatementPlansIT.class, CrmSchema.REFERENCE_AND_OPTIONAL);
        new DemoData(Instant.parse("2026-03-10T12:00:00Z"), 1, 4, 5, 60_000).fill(connection);
        for (String statement : List.of(
                "create index on chat_messages (tenant_id, created_at, from_number)",
                "create index on chat_messages (tenant_id, from_number, created_at desc, id desc)"
                        + " where assigned_seller_id is not null",
                "create index on chat_messages (tenant_id, assigned_at) where assigned_at is not null",
                "analyze")) {
            CrmDatabase.execute(connection, statement);
        }
    }

    @AfterAll
    void close() throws SQLException {
        connection.close();
    }

    /** This includes the files that every run executes and no task prints. */
    @Test
    void everyFileRunsAsPsqlRunsIt() throws SQLException, IOException {
        for (Map.Entry<String, String> file : files().entrySet()) {
            runs(connection, file.getKey(), file.getValue());
        }
    }

    @Test
    void everyFileRunsInACrmWithoutTheOptionalTables() throws SQLException, IOException {
        try (Connection bare = CrmDatabase.create(Bare.class, CrmSchema.REFERENCE)) {
            CrmDatabase.execute(bare, "drop table lead_statuses");
            for (Map.Entry<String, String> file : files().entrySet()) {
                if (!file.getKey().endsWith("chat-sessions.sql")) {
                    runs(bare, file.getKey(), file.getValue().replace("-- in a CRM without it: ", ""));
                }
            }
        }
    }

    private static final class Bare {}

    @ParameterizedTest
    @EnumSource(TaskType.class)
    void everyPrintedStatementRunsAsPsqlRunsIt(TaskType task) throws SQLException {
        for (Map.Entry<String, String> file : printed(task).entrySet()) {
            runs(connection, file.getKey(), file.getValue());
        }
    }

    private static void runs(Connection connection, String name, String file) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute(substituted(file, Map.of()));
        } catch (SQLException refused) {
            throw new AssertionError(name, refused);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private static Map<String, String> files() throws IOException {
        // These tests see the module as a jar, whose entries cannot be walked.
        Path root = Path.of("src/main/resources");
        Map<String, String> files = new LinkedHashMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path file :
                    all.filter(path -> path.toString().endsWith(".sql")).toList()) {
                files.put(root.relativize(file).toString(), Files.readString(file));
            }
        }
        assertTrue(files.size() > 20, files.keySet().toString());
        return files;
    }

    @ParameterizedTest
    @CsvSource({
        "notification-checks, notifications/unanswered",
        "notification-checks, notifications/hot-leads",
        "notification-checks, notifications/follow-ups",
        "metrics-refresh, metrics/figures",
        "daily-reports, reports/figures",
        "daily-reports, reports/missing"
    })
    void plansUseTheAdvisedIndexesAndSortNoConversation(String task, String file) throws SQLException {
        Map<String, String> recent = Map.of("messagesByTime", "true", "now", "'2026-03-10T12:00:00Z'");

        String plan = explained(task, "task/" + file + ".sql", recent);

        assertFalse(plan.contains("Seq Scan on chat_messages"), plan);
        assertFalse(SORTED_CONVERSATION.matcher(plan).find(), plan);
    }

    private String explained(String task, String path, Map<String, String> values) throws SQLException {
        String text = printed(TaskType.of(task).orElseThrow()).get(path);
        StringBuilder plan = new StringBuilder();
        try (Statement statement = connection.createStatement();
                // On a small table a sequential scan is as fast. The test asks whether the index can serve at all.
                ResultSet set = statement.executeQuery("select set_config('enable_seqscan', 'off', false)")) {
            assertTrue(set.next());
        }
        try (Statement statement = connection.createStatement();
                ResultSet lines = statement.executeQuery("explain " + substituted(text, values))) {
            while (lines.next()) {
                plan.append(lines.getString(1)).append('\n');
            }
        }
        CrmDatabase.execute(connection, "reset enable_seqscan");
        return plan.toString();
    }

    private static Map<String, String> printed(TaskType task) {
        Launch.Ended ended = new Launch().tasks(RealTasks.catalog()).run("check", task.id(), "--sql");
        assertEquals(0, ended.exit(), ended.toString());
        Map<String, String> files = new LinkedHashMap<>();
        for (String file : ended.out().split("-- file: ", -1)) {
            if (!file.isBlank()) {
                int end = file.indexOf('\n');
                files.put(file.substring(0, end), file.substring(end + 1).strip());
            }
        }
        assertFalse(files.isEmpty());
        return files;
    }

    private static String substituted(String file, Map<String, String> values) {
        Map<String, String> all = new LinkedHashMap<>();
        Matcher variable = VARIABLE.matcher(file);
        while (variable.find()) {
            String value = variable.group(2);
            all.put(
                    variable.group(1),
                    value.startsWith("'")
                            ? value.substring(1, value.length() - 1).replace("''", "'")
                            : value);
        }
        all.putAll(values);
        String statement = VARIABLE.matcher(file).replaceAll("");
        return PARAMETER.matcher(statement).replaceAll(found -> {
            String name = found.group("name");
            return Matcher.quoteReplacement(name == null ? found.group() : String.valueOf(all.get(name)));
        });
    }
}
