package io.crmventas.tasks.runner.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules for every statement file. */
class SqlFilesTest {
    private static final Pattern NAME = Pattern.compile("(?m)^(\\w+)(?: \\([^)]*\\))? as (?:materialized )?\\($");
    private static final Pattern STATUS_GROUPS =
            Pattern.compile("(?s)case\\s+when status in \\(.*?end as status_group");
    private static final Pattern WON = Pattern.compile("\\('closed_won'[^)]*\\)");
    private static final Pattern SELLER = Pattern.compile("u\\.status = 'active' and u\\.role in \\([^)]*\\)");
    private static final Pattern LOST = Pattern.compile("\\('closed_lost'[^)]*\\)");
    private static final Pattern VARIABLE = Pattern.compile("(?m)^\\\\set (\\w+) ");
    private static final Pattern PARAMETER = Pattern.compile("'[^']*'|--[^\\n]*|::|:([a-z]\\w*)");

    /** Several files repeat a rule of the contract. A change of one copy must change all of them. */
    @Test
    void sharedCommonTableExpressionsAreEqual() throws IOException, URISyntaxException {
        Set<String> shared = Set.of(
                "tenant_days",
                "sellers",
                "recipients",
                "final_statuses",
                "conversation_rows",
                "run_tenants",
                "active",
                "newest",
                "streaks",
                "waits");
        Map<String, String> known = new LinkedHashMap<>();
        Set<String> seenTwice = new TreeSet<>();
        for (Path file : files()) {
            String text = Files.readString(file);
            Matcher name = NAME.matcher(text);
            while (name.find()) {
                if (shared.contains(name.group(1))) {
                    String body = text.substring(name.start(), end(text, name.end()));
                    String first = known.putIfAbsent(name.group(1), body);
                    if (first != null) {
                        seenTwice.add(name.group(1));
                        assertEquals(first, body, file + " has another " + name.group(1));
                    }
                }
            }
        }
        assertEquals(new TreeSet<>(shared), seenTwice);
    }

    @Test
    void statusesAndRolesHaveTheSameGroupsInEveryFile() throws IOException, URISyntaxException {
        Set<String> groupings = new TreeSet<>();
        Map<Pattern, Set<String>> words = Map.of(SELLER, new TreeSet<>(), WON, new TreeSet<>(), LOST, new TreeSet<>());
        int files = 0;
        for (Path file : files()) {
            String text = Files.readString(file);
            Matcher grouping = STATUS_GROUPS.matcher(text);
            while (grouping.find()) {
                groupings.add(grouping.group());
                files++;
            }
            words.forEach((list, seen) -> list.matcher(text).results().forEach(found -> seen.add(found.group())));
        }
        assertEquals(1, groupings.size(), groupings.toString());
        assertEquals(2, files, "statements that group statuses");
        words.values().forEach(seen -> assertEquals(1, seen.size(), seen.toString()));
    }

    /**
     * The line is a comment for a CRM that has the table. Without its first words it replaces the table in a CRM that
     * lacks it.
     */
    @Test
    void filesThatJoinAnOptionalTableHaveTheSameReplacement() throws IOException, URISyntaxException {
        for (String table : List.of("lead_statuses", "notification_settings")) {
            Set<String> replacements = new TreeSet<>();
            int joining = 0;
            for (Path file : files()) {
                String text = Files.readString(file);
                if (text.contains("from " + table + " ") || text.contains("join " + table + " ")) {
                    joining++;
                    List<String> lines = text.lines()
                            .filter(line -> line.startsWith("-- in a CRM without it: " + table + " "))
                            .toList();
                    assertEquals(1, lines.size(), file.toString());
                    replacements.addAll(lines);
                }
            }
            assertTrue(joining > 1, table);
            assertEquals(1, replacements.size(), replacements.toString());
        }
    }

    @Test
    void onlyOneFileInsertsNotifications() throws IOException, URISyntaxException {
        List<String> inserting = new ArrayList<>();
        for (Path file : files()) {
            if (Files.readString(file).contains("insert into notifications")) {
                inserting.add(file.getFileName().toString());
            }
        }
        assertEquals(List.of("insert.sql"), inserting);
    }

    @Test
    void everyParameterHasAValueForPsqlAndEveryValueIsUsed() throws IOException, URISyntaxException {
        for (Path file : files()) {
            String text = Files.readString(file);
            Set<String> set = new TreeSet<>();
            Matcher variable = VARIABLE.matcher(text);
            while (variable.find()) {
                set.add(variable.group(1));
            }
            Set<String> used = new TreeSet<>();
            Matcher parameter = PARAMETER.matcher(text.replaceAll("(?m)^\\\\set .*$", ""));
            while (parameter.find()) {
                if (parameter.group(1) != null) {
                    used.add(parameter.group(1));
                }
            }
            assertEquals(used, set, file.toString());
        }
    }

    private static int end(String text, int open) {
        int depth = 1;
        int at = open;
        while (depth > 0) {
            char c = text.charAt(at++);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        }
        return at;
    }

    private static Set<Path> files() throws IOException, URISyntaxException {
        Path root = Path.of(SqlFilesTest.class
                        .getResource("/io/crmventas/tasks/runner/sql/dialect.sql")
                        .toURI())
                .getParent()
                .getParent();
        try (Stream<Path> all = Files.walk(root)) {
            Set<Path> files = new TreeSet<>(
                    all.filter(file -> file.toString().endsWith(".sql")).toList());
            assertTrue(files.size() > 10, files.toString());
            return files;
        }
    }
}
