package io.crmventas.tasks.runner.task.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.runner.task.output.Notification.Text;
import io.crmventas.tasks.runner.task.output.Texts.Language;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextsTest {
    private static final Texts ES = new Texts(Language.ES);
    private static final Texts EN = new Texts(Language.EN);

    private static Map<String, String> values(String name) {
        Map<String, String> values = new HashMap<>();
        values.put("name", name);
        values.put("person", name + " (+549)");
        values.put("waited", "1 h 5 min");
        values.put("seller", "Leo $1");
        values.put("messages", "5 mensajes recientes");
        values.put("score", "7,8");
        values.put("span", "45 min");
        values.put("limit_span", "30 min");
        return values;
    }

    @Test
    void showsTheTwoLargestUnits() {
        assertEquals("59 s", Texts.span(Duration.ofSeconds(59)));
        assertEquals("1 min 30 s", Texts.span(Duration.ofSeconds(90)));
        assertEquals("2 h", Texts.span(Duration.ofHours(2)));
        assertEquals("2 h 5 min", Texts.span(Duration.ofSeconds(7_559)));
        assertEquals("3 d 1 h", Texts.span(Duration.ofMinutes(73 * 60 + 59)));
        assertEquals("3 d", Texts.span(Duration.ofDays(3)));
    }

    @Test
    void fillsTheTemplatesOfALanguage() {
        assertEquals(
                new Text(
                        "Ana Paz espera respuesta desde hace 1 h 5 min",
                        "Ana Paz (+549) escribió hace 1 h 5 min y todavía nadie le respondió."),
                ES.notification("unanswered", values("Ana Paz")));
        assertEquals(
                new Text(
                        "Unanswered for 1 h 5 min: Ana Paz",
                        "Ana Paz (+549) has been waiting for 1 h 5 min. Assigned to: Leo $1."),
                EN.notification("unanswered.ceo", values("Ana Paz")));
    }

    @Test
    void writesNumbersAsTheLanguageDoes() {
        assertEquals("7,5", ES.number(new BigDecimal("7.50")));
        assertEquals("7.5", EN.number(new BigDecimal("7.50")));
        assertEquals("1.234.567,50", ES.money(new BigDecimal("1234567.5")));
        assertEquals("1,234,567.50", EN.money(new BigDecimal("1234567.5")));
    }

    @Test
    void longNameIsShortenedAndTheRestOfTheTitleStays() {
        assertEquals(
                "😀".repeat(216) + "… espera respuesta desde hace 1 h 5 min",
                ES.notification("unanswered", values("😀".repeat(300))).title());
        assertEquals(
                "Tiempo de respuesta crítico: " + "a".repeat(225) + "…",
                ES.notification("response_time_critical", values("a".repeat(300)))
                        .title());
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 210, 220, 230, 240, 250, 255, 256, 300, 5_000})
    void everyTitleFitsIntoItsColumnWithMoreThanTheName(int length) {
        Map<String, String> values = values("😀".repeat(length));
        for (Texts texts : List.of(ES, EN)) {
            for (String key : List.of(
                    "unanswered",
                    "unanswered.ceo",
                    "hot_lead",
                    "hot_lead.ceo",
                    "followup.high",
                    "followup.medium",
                    "followup.low",
                    "response_time_critical")) {
                String title = texts.notification(key, values).title();
                assertTrue(title.codePointCount(0, title.length()) <= 255, title);
                assertTrue(title.replaceAll("[😀…]", "").length() > 7, title);
            }
        }
    }
}
