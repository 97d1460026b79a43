package io.crmventas.tasks.operator.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.operator.config.Catalog.Database;
import io.crmventas.tasks.operator.config.Catalog.RunnerProfile;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogTest {
    private static final String DATABASES = "DATABASES";
    private static final String PROFILES = "RUNNER_PROFILES";

    @Test
    void defaultEntriesAlwaysExist() {
        Catalog catalog = catalog(DATABASES, "{\"reporting\": {\"secretName\": \"replica\", \"key\": \"uri\"}}");
        assertEquals(
                Map.of(
                        "default", new Database("crm-database", Optional.empty()),
                        "reporting", new Database("replica", Optional.of("uri"))),
                catalog.databases());
        assertEquals(Set.of("default"), catalog.profiles().keySet());
        assertEquals(
                Map.of("default", new Database("own", Optional.empty())),
                catalog(DATABASES, "{\"default\": {\"secretName\": \"own\"}}").databases());
    }

    @Test
    void aProfileOverridesOnlyTheFieldsThatItSets() {
        Catalog catalog = catalog(PROFILES, """
                {"default": {"serviceAccountName": "runs", "labels": {"team": "crm"}, "priorityClassName": "low"},
                 "large": {"resources": {"limits": {"memory": "1Gi"}}, "labels": {"size": "l"}, "priorityClassName": ""}}""");
        RunnerProfile large = Objects.requireNonNull(catalog.profiles().get("large"));
        assertEquals(
                Map.of("cpu", new Quantity("50m"), "memory", new Quantity("96Mi")),
                large.resources().getRequests());
        assertEquals(Map.of("memory", new Quantity("1Gi")), large.resources().getLimits());
        assertEquals(Map.of("team", "crm", "size", "l"), large.labels());
        assertEquals(Optional.of("runs"), large.serviceAccount());
        assertEquals(Optional.empty(), large.scheduling().priorityClassName());
    }

    @Test
    void readsQuantitiesThatHelmPassesAsNumbers() {
        Catalog catalog = catalog(PROFILES, """
                {"default": {"resources": {"limits": {"cpu": 1, "memory": 268435456}, "requests": {"cpu": 0.25}}}}""");
        RunnerProfile profile = Objects.requireNonNull(catalog.profiles().get("default"));
        assertEquals(
                Map.of("cpu", new Quantity("1"), "memory", new Quantity("268435456")),
                profile.resources().getLimits());
        assertEquals(new Quantity("0.25"), profile.resources().getRequests().get("cpu"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {                                              | DATABASES is not valid JSON
            []                                             | DATABASES is not a JSON object
            {"Main": {"secretName": "a"}}                  | DATABASES has an entry "Main"; names are
            {"a": "crm-database"}                          | a is wrong; write an object
            {"a": {}}                                      | a.secretName is wrong; write the name of a Secret
            {"a": {"secretName": 5}}                       | a.secretName is wrong
            {"a": {"secretName": "x", "key": "../../etc"}} | a.key is wrong; write a key of the Secret
            {"a": {"secretName": "x", "password": "y"}}    | a.password is wrong; write nothing""")
    void reportsTheWrongFieldOfADatabase(String json, String problem) {
        assertContains(problem, mistakes(DATABASES, json));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"a": []}                                                       | a is wrong; write an object
            {"a": {"image": "x"}}                                           | a.image is wrong; write nothing
            {"a": {"hostNetwork": true}}                                    | a.hostNetwork is wrong; write nothing
            {"a": {"resources": {"limits": {"memory": ""}}}}                | a.resources is wrong
            {"a": {"resources": {"limits": {"memory": "much"}}}}            | a.resources is wrong
            {"a": {"resources": {"limits": {"memory": null}}}}              | a.resources is wrong
            {"a": {"resources": {"limits": {"memory": "-1"}}}}              | a.resources is wrong
            {"a": {"resources": {"limit": {"memory": "1"}}}}                | there is no field limit
            {"a": {"resources": "1Gi"}}                                     | a.resources is wrong
            {"a": {"priorityClassName": "no/such"}}                         | a.priorityClassName is wrong
            {"a": {"serviceAccountName": 5}}                                | a.serviceAccountName is wrong
            {"a": {"queueName": "No Such"}}                                 | a.queueName is wrong
            {"a": {"nodeSelector": {"": "x"}}}                              | a.nodeSelector. is wrong
            {"a": {"nodeSelector": "ssd"}}                                  | a.nodeSelector is wrong
            {"a": {"labels": {"bad key!": "x"}}}                            | a.labels.bad key! is wrong
            {"a": {"labels": {"team": "bad value!"}}}                       | a.labels.team is wrong
            {"a": {"labels": {"team": 5}}}                                  | a.labels.team is wrong
            {"a": {"annotations": {"team": 5}}}                             | a.annotations.team is wrong
            {"a": {"tolerations": [null]}}                                  | a.tolerations is wrong
            {"a": {"tolerations": [{"operator": "Maybe"}]}}                 | a.tolerations is wrong
            {"a": {"tolerations": [{"effect": "Evict"}]}}                   | a.tolerations is wrong
            {"a": {"tolerations": [{"kye": "x"}]}}                          | there is no field kye
            {"a": {"tolerations": {"key": "x"}}}                            | a.tolerations is wrong
            {"a": {"affinity": {"nodeAfinity": {}}}}                        | there is no field nodeAfinity
            {"a": {"affinity": []}}                                         | a.affinity is wrong""")
    void reportsTheWrongFieldOfAProfile(String json, String problem) {
        assertContains(problem, mistakes(PROFILES, json));
    }

    @Test
    void aMistakeInTheDefaultProfileIsReportedOnce() {
        List<String> mistakes = mistakes(PROFILES, """
                {"default": {"priorityClassName": "A"}, "a": {"queueName": "B"}, "b": {}}""").lines().toList();
        assertEquals(2, mistakes.size(), mistakes::toString);
    }

    private static void assertContains(String problem, String message) {
        assertTrue(message.contains(problem), () -> problem + " in " + message);
    }

    private static Catalog catalog(String variable, String json) {
        return OperatorConfig.from(environment(variable, json)).runner().catalog();
    }

    private static String mistakes(String variable, String json) {
        return String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> OperatorConfig.from(environment(variable, json)))
                        .getMessage());
    }

    private static Map<String, String> environment(String variable, String json) {
        return Map.of("RUNNER_IMAGE", "runner:1", "POD_NAMESPACE", "crm", variable, json);
    }
}
