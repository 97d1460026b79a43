package io.crmventas.tasks.demo;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** A command with {@code --name value} options. The environment has the values of missing options. */
record Arguments(String command, Map<String, String> options, Map<String, String> environment) {
    private static final List<String> NAMES =
            List.of("dsn", "now", "seed", "tenants", "sellers", "messages", "optional-tables", "wait");

    static Arguments of(List<String> words, Map<String, String> environment) {
        if (words.isEmpty()) {
            throw new IllegalArgumentException("a command is missing");
        }
        var options = new TreeMap<String, String>();
        for (int i = 1; i < words.size(); i += 2) {
            String name = words.get(i).startsWith("--") ? words.get(i).substring(2) : "";
            if (!NAMES.contains(name)) {
                throw new IllegalArgumentException("unknown option; known are --" + String.join(", --", NAMES));
            }
            if (i + 1 == words.size()) {
                throw new IllegalArgumentException("--" + name + " needs a value");
            }
            options.put(name, words.get(i + 1));
        }
        return new Arguments(words.getFirst(), options, environment);
    }

    Database database() {
        String dsn = options.getOrDefault("dsn", environment.getOrDefault("POSTGRES_DSN", ""));
        if (!dsn.isEmpty()) {
            return Database.ofDsn(dsn);
        }
        String host = environment.get("POSTGRES_HOST");
        if (host == null) {
            throw new IllegalArgumentException(
                    "no database: give --dsn, POSTGRES_DSN, or POSTGRES_HOST and its companions");
        }
        return new Database(
                host,
                Integer.parseInt(environment.getOrDefault("POSTGRES_PORT", "5432")),
                environment.getOrDefault("POSTGRES_DB", "crm"),
                environment.getOrDefault("POSTGRES_USER", "postgres"),
                environment.getOrDefault("POSTGRES_PASSWORD", ""),
                "");
    }

    Instant now() {
        return option("now", Instant::parse).orElseGet(Instant::now);
    }

    /** How long to wait for the database: {@code 30s}, {@code 2m}. */
    Duration patience(Duration preset) {
        return option("wait", text -> Duration.parse("PT" + text)).orElse(preset);
    }

    CrmSchema schema() {
        boolean optionalTables =
                option("optional-tables", Boolean::parseBoolean).orElse(true);
        return optionalTables ? CrmSchema.REFERENCE_AND_OPTIONAL : CrmSchema.REFERENCE;
    }

    DemoData data() {
        var preset = DemoData.around(now());
        return new DemoData(
                preset.now(),
                option("seed", Long::valueOf).orElse(preset.seed()),
                option("tenants", Integer::valueOf).orElse(preset.tenants()),
                option("sellers", Integer::valueOf).orElse(preset.sellersPerTenant()),
                option("messages", Integer::valueOf).orElse(preset.messages()));
    }

    private <T> Optional<T> option(String name, Function<String, T> parser) {
        String text = options.get(name);
        try {
            return Optional.ofNullable(text).map(parser);
        } catch (DateTimeParseException | NumberFormatException e) {
            throw new IllegalArgumentException("--" + name + " cannot be read: " + text, e);
        }
    }
}
