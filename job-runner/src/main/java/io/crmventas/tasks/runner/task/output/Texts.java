package io.crmventas.tasks.runner.task.output;

import io.crmventas.tasks.contract.RunReportCodec;
import io.crmventas.tasks.runner.settings.Settings;
import io.crmventas.tasks.runner.task.output.Notification.Text;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Creates the texts that the CRM's users read, in one language. The templates are in the file {@code texts.properties}. */
public record Texts(Language language) {
    public enum Language {
        ES,
        EN;

        public static Language read(Settings parameters) {
            return parameters.word("language", ES, "es or en", text -> valueOf(text.toUpperCase(Locale.ROOT)));
        }
    }

    private static final Properties TEMPLATES = new Properties();
    private static final Pattern PLACE = Pattern.compile("\\{([a-z_]+)}");

    static {
        try (InputStream file = Objects.requireNonNull(Texts.class.getResourceAsStream("texts.properties"))) {
            TEMPLATES.load(new InputStreamReader(file, StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /**
     * Fills the templates {@code <key>.title} and {@code <key>.message}.
     *
     * @param values the values for the placeholders. This method shortens {@code name} if the title is too long, because
     *     the other words of the title name the event
     */
    public Text notification(String key, Map<String, String> values) {
        Map<String, String> fitting = new HashMap<>(values);
        fitting.put("name", "");
        String nameless = text(key + ".title", fitting);
        int space = Notification.COLUMN_LENGTH - nameless.codePointCount(0, nameless.length());
        fitting.put("name", RunReportCodec.cut(values.getOrDefault("name", ""), space));
        return new Text(text(key + ".title", fitting), text(key + ".message", values));
    }

    public String text(String key, Map<String, String> values) {
        String template = Objects.requireNonNull(
                TEMPLATES.getProperty(language.name().toLowerCase(Locale.ROOT) + "." + key), key);
        return PLACE.matcher(template)
                .replaceAll(place ->
                        Matcher.quoteReplacement(Objects.requireNonNull(values.get(place.group(1)), place.group())));
    }

    /** Formats the two largest units, rounded down: {@code 2 d 3 h}, {@code 1 h 25 min}, {@code 40 s}. */
    public static String span(Duration duration) {
        if (duration.toDays() > 0) {
            return span(duration.toDays(), "d", duration.toHoursPart(), "h");
        }
        if (duration.toHours() > 0) {
            return span(duration.toHours(), "h", duration.toMinutesPart(), "min");
        }
        return duration.toMinutes() > 0
                ? span(duration.toMinutes(), "min", duration.toSecondsPart(), "s")
                : duration.toSeconds() + " s";
    }

    private static String span(long large, String largeUnit, int small, String smallUnit) {
        return large + " " + largeUnit + (small > 0 ? " " + small + " " + smallUnit : "");
    }

    public String number(BigDecimal number) {
        String plain = number.stripTrailingZeros().toPlainString();
        return language == Language.ES ? plain.replace('.', ',') : plain;
    }

    /** Formats without a locale, because the image's Java runtime has no Spanish one. */
    public String money(BigDecimal amount) {
        String english = String.format(Locale.ROOT, "%,.2f", amount);
        return language == Language.ES
                ? english.replace('.', '_').replace(',', '.').replace('_', ',')
                : english;
    }
}
