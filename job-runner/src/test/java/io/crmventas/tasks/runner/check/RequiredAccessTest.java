package io.crmventas.tasks.runner.check;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.RealTasks;
import io.crmventas.tasks.runner.settings.Settings;
import io.crmventas.tasks.runner.sql.SqlFile;
import io.crmventas.tasks.runner.task.CrmTask;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RequiredAccessTest {
    /** The preflight refuses a role that lacks a need. A need that no statement uses would stop tasks without cause. */
    @ParameterizedTest
    @EnumSource(TaskType.class)
    void aStatementOfTheTaskUsesEveryNeededColumn(TaskType type) {
        CrmTask task = RealTasks.catalog().create(type, Settings.ofParameters("{}"));
        String statements = task.statements(Set.of()).stream()
                .map(SqlFile::text)
                .map(text -> text.replaceAll("(?m)^--.*$", ""))
                .collect(Collectors.joining());
        for (RequiredAccess need : RequiredAccess.of(type)) {
            assertTrue(statements.contains(need.table()), need.toString());
            for (String column : need.columns()) {
                assertTrue(statements.matches("(?s).*\\b" + column + "\\b.*"), need + ": " + column);
            }
        }
    }
}
