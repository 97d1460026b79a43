package io.crmventas.tasks.operator.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventPublisherTest {
    /** The API server refuses an Event whose note is longer than 1024 bytes. */
    @ParameterizedTest
    @ValueSource(strings = {"a", "ñ", "漢", "😀", "a漢😀"})
    void cutsALongNoteToTheLimitInBytes(String text) {
        String cut = EventPublisher.cut(text.repeat(2_000));
        assertTrue(cut.getBytes(StandardCharsets.UTF_8).length <= 1_024, cut);
        assertTrue(cut.getBytes(StandardCharsets.UTF_8).length > 990, cut);
        assertTrue(text.repeat(2_000).startsWith(cut.substring(0, cut.length() - 1)), cut);
    }

    @Test
    void keepsAShortNote() {
        assertEquals("漢".repeat(333), EventPublisher.cut("漢".repeat(333)));
    }
}
