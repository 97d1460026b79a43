package io.crmventas.tasks.runner.task.notifications;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.crmventas.tasks.runner.task.Language;
import io.crmventas.tasks.runner.task.output.Notification.Text;
import io.crmventas.tasks.runner.task.output.Priority;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextsTest {
    private static final Person NAMED = new Person("Ana Paz", "+549");
    private static final Texts ES = Texts.in(Language.SPANISH);
    private static final Texts EN = Texts.in(Language.ENGLISH);

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
    void tellsWhoWaitsAndForHowLong() {
        assertEquals(
                new Text(
                        "Ana Paz espera respuesta desde hace 1 h 5 min",
                        "Ana Paz (+549) escribió hace 1 h 5 min y todavía nadie le respondió."),
                ES.unanswered(NAMED, Duration.ofMinutes(65)));
        assertEquals(
                new Text(
                        "Unanswered for 5 h: Ana Paz",
                        "Ana Paz (+549) has been waiting for 5 h. Assigned to: somebody without a name on file."),
                EN.unansweredForCeo(NAMED, Duration.ofHours(5), null));
    }

    @Test
    void writesNumbersAsTheLanguageDoes() {
        BigDecimal rate = new BigDecimal("7.50");
        assertEquals(
                "Tasa de conversión baja: 7,5 %",
                ES.performance(MetricKind.CONVERSION_RATE, rate, BigDecimal.TEN, "Ana")
                        .title());
        assertEquals(
                "Low conversion rate: 7.5%",
                EN.performance(MetricKind.CONVERSION_RATE, rate, BigDecimal.TEN, "Ana")
                        .title());
        assertEquals(
                "La conversación con Ana Paz (+549) tiene 5 mensajes recientes (puntaje 7,8). Asignado a: Leo.",
                ES.hotLeadForCeo(NAMED, 5, new BigDecimal("7.80"), "Leo").message());
    }

    @Test
    void aLongNameIsShortenedAndTheWordsAroundItStay() {
        Person longName = new Person("😀".repeat(300), "+549");
        assertEquals(
                "😀".repeat(216) + "… espera respuesta desde hace 1 h 5 min",
                ES.unanswered(longName, Duration.ofMinutes(65)).title());
        assertEquals(
                "Tiempo de respuesta crítico: " + "a".repeat(225) + "…",
                ES.performance(MetricKind.RESPONSE_TIME_CRITICAL, BigDecimal.TEN, BigDecimal.ONE, "a".repeat(300))
                        .title());
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 210, 220, 230, 240, 250, 255, 256, 300, 5_000})
    void everyTitleFitsIntoItsColumnAndSaysMoreThanTheName(int length) {
        Person person = new Person("😀".repeat(length), "+549");
        String seller = "a".repeat(length);
        Duration waited = Duration.ofMinutes(65);
        for (Texts texts : List.of(ES, EN)) {
            for (Text text : List.of(
                    texts.unanswered(person, waited),
                    texts.unansweredForCeo(person, waited, seller),
                    texts.hotLead(person, 5, BigDecimal.TEN),
                    texts.hotLeadForCeo(person, 5, BigDecimal.TEN, seller),
                    texts.followUp(person, Priority.HIGH, waited),
                    texts.performance(MetricKind.RESPONSE_TIME_CRITICAL, BigDecimal.TEN, BigDecimal.ONE, seller))) {
                assertTrue(text.title().codePointCount(0, text.title().length()) <= 255, text.title());
                assertTrue(text.title().replaceAll("[😀a…]", "").length() > 7, text.title());
            }
        }
    }
}
