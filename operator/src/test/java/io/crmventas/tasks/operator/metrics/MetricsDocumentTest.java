package io.crmventas.tasks.operator.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** METRICS.md documents every metric of the operator. {@code -Dgolden.write=true} renews its table. */
class MetricsDocumentTest {
    private static final Path DOCUMENT = Path.of("METRICS.md");
    private static final String HEAD = "| metric | kind | labels | |\n|---|---|---|---|\n";

    @Test
    void documentNamesEveryMetric() throws IOException {
        String document = Files.readString(DOCUMENT);
        int start = document.indexOf(HEAD) + HEAD.length();
        int end = document.indexOf("\n\n", start) + 1;
        String table = table(Scrape.withAllSeries().text());
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(DOCUMENT, document.substring(0, start) + table + document.substring(end));
        } else {
            assertEquals(table, document.substring(start, end));
        }
    }

    private static String table(String scrape) {
        TreeMap<String, String> rows = new TreeMap<>();
        List<String> lines = scrape.lines().toList();
        for (String line : lines) {
            if (line.startsWith("# HELP crm_")) {
                String[] words = line.split(" ", 4);
                String kind = word(lines, "# TYPE " + words[2] + " ");
                rows.put(
                        words[2],
                        "| `" + words[2] + "` | " + kind + " | " + labels(lines, words[2]) + " | " + words[3] + " |\n");
            }
        }
        return String.join("", rows.values());
    }

    private static String word(List<String> lines, String start) {
        return lines.stream()
                .filter(line -> line.startsWith(start))
                .map(line -> line.substring(start.length()))
                .findFirst()
                .orElseThrow();
    }

    /** @return the labels other than namespace, name and task */
    private static String labels(List<String> lines, String metric) {
        Optional<String> sample =
                lines.stream().filter(line -> line.startsWith(metric + "{")).findFirst();
        return sample.map(line -> line.replaceAll("^[^{]*\\{|\\}[^}]*$", "")).stream()
                .flatMap(labels -> Arrays.stream(labels.split("=\"(?:[^\"\\\\]|\\\\.)*\",?", -1)))
                .filter(label -> !List.of("", "namespace", "name", "task").contains(label))
                .map(label -> "`" + label + "`")
                .reduce((one, other) -> one + ", " + other)
                .map(Objects::requireNonNull)
                .orElse("");
    }
}
