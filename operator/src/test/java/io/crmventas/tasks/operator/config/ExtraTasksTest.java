package io.crmventas.tasks.operator.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.operator.config.Catalog.ExtraTask;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtraTasksTest {
    @Test
    void readsAnEntryWithAllFields() {
        RunnerSettings settings = runner("""
                {"send-invoices": {"image": "registry.example/invoices:2", "imagePullPolicy": "Always",
                 "command": ["/bin/invoices"], "args": ["send"], "check": ["check"], "dryRun": ["send", "--pretend"],
                 "secretName": "invoices", "env": {"LANGUAGE": "es"}, "database": true}}""");
        assertEquals(
                new ExtraTask(
                        new ExtraTask.Image("registry.example/invoices:2", "Always", List.of("/bin/invoices")),
                        List.of("send"),
                        Optional.of(List.of("check")),
                        Optional.of(List.of("send", "--pretend")),
                        Optional.of("invoices"),
                        Map.of("LANGUAGE", "es"),
                        true),
                settings.catalog().extraTasks().get("send-invoices"));
        assertEquals(
                List.of("notification-checks", "metrics-refresh", "cleanup", "daily-reports", "send-invoices"),
                settings.catalog().taskNames());
    }

    @Test
    void anImageAloneIsEnough() {
        RunnerSettings settings = runner("{\"tidy\": {\"image\": \"tidy:1\"}}");
        ExtraTask tidy = Objects.requireNonNull(settings.catalog().extraTasks().get("tidy"));
        assertEquals(settings.imagePullPolicy(), tidy.image().pullPolicy());
        assertEquals(List.of(), tidy.arguments());
        assertEquals(Optional.empty(), tidy.check());
        assertFalse(tidy.database(), "without the field database, a task gets no database password");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{}"})
    void anEmptyCatalogIsValid(String json) {
        assertEquals(Map.of(), runner(json).catalog().extraTasks());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {                                                              | EXTRA_TASKS is not valid JSON
            {"a": {"image": "x"}} {}                                       | EXTRA_TASKS is not valid JSON
            {"a": {"image": "x"}, "a": {"image": "y"}}                     | or has a field twice
            []                                                             | EXTRA_TASKS is not a JSON object
            {"cleanup": {"image": "x"}}                                    | cleanup, which is a built-in task
            {"Send": {"image": "x"}}                                       | an entry "Send"; names are
            {"-a": {"image": "x"}}                                         | an entry "-a"; names are
            {"a": "x"}                                                     | a is wrong; write an object
            {"a": {}}                                                      | a.image is wrong
            {"a": {"image": "x y"}}                                        | a.image is wrong
            {"a": {"image": 5}}                                            | a.image is wrong
            {"a": {"image": "x", "imagePullPolicy": "Sometimes"}}          | a.imagePullPolicy is wrong
            {"a": {"image": "x", "args": "send"}}                          | a.args is wrong
            {"a": {"image": "x", "args": ["send", 5]}}                     | a.args is wrong
            {"a": {"image": "x", "check": {}}}                             | a.check is wrong
            {"a": {"image": "x", "secretName": "In_Voices"}}               | a.secretName is wrong
            {"a": {"image": "x", "env": ["A=b"]}}                          | a.env is wrong
            {"a": {"image": "x", "env": {"A": 5}}}                         | a.env.A is wrong
            {"a": {"image": "x", "env": {"A B": "c"}}}                     | a.env.A B is wrong
            {"a": {"image": "x", "env": {"CRM_TASK_TIMEOUT": "1s"}}}       | a.env.CRM_TASK_TIMEOUT is wrong
            {"a": {"image": "x", "resources": {"limits": {"cpu": "1"}}}}   | a.resources is wrong; write nothing
            {"a": {"image": "x", "database": "yes"}}                       | a.database is wrong
            {"a": {"image": "x", "privileged": true}}                      | a.privileged is wrong; write nothing""")
    void reportsTheWrongField(String json, String problem) {
        String message = mistakes(json);
        assertTrue(message.contains(problem), () -> problem + " in " + message);
    }

    @Test
    void reportsAllMistakesAtOnceWithoutTheValuesOfVariables() {
        String message = mistakes("""
                {"a": {"image": "", "database": 1, "env": {"PASSWORD": {"is": "hunter2"}}}, "cleanup": {"image": "x"}}""");
        assertEquals(4, message.lines().count(), message);
        assertFalse(message.contains("hunter2"), message);
    }

    private static RunnerSettings runner(String json) {
        return OperatorConfig.from(environment(json)).runner();
    }

    private static String mistakes(String json) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, () -> OperatorConfig.from(environment(json)))
                .getMessage());
    }

    private static Map<String, String> environment(String json) {
        return Map.of("RUNNER_IMAGE", "runner:1", "POD_NAMESPACE", "crm", "EXTRA_TASKS", json);
    }
}
