package io.crmventas.tasks.operator.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class WebhookTest {

    @Test
    void readsWebhooksWithDefaults() {
        Webhook webhook = Webhook.parse("{\"webhooks\":[{\"name\":\"ops\",\"url\":\"https://example.test/x\"}]}")
                .getFirst();
        assertEquals(Webhook.Format.CLOUD_EVENTS, webhook.format());
        assertEquals(EnumSet.allOf(WebhookMessage.Kind.class), webhook.kinds());
        assertEquals("Webhook ops", webhook.toString());
    }

    @Test
    void anEmptyFileHasNoWebhook() {
        assertEquals(List.of(), Webhook.parse("{}"));
    }

    @Test
    void reportsAllMistakesAtOnceWithoutSecrets() {
        String message = assertThrows(IllegalArgumentException.class, () -> Webhook.parse("""
                                {"webhooks": [
                                  {"name": "ops", "url": "http://canary-host.test/canary-path", "signingkey": "canary"},
                                  {"name": "ops", "url": "canary url", "format": "Teams"},
                                  {"url": "https://canary:canary@example.test", "on": ["broken"], "signingKey": "canary",
                                    "caCertificate": "canary"}
                                ]}"""))
                .getMessage();
        assertEquals(
                List.of(
                        "webhooks[0].url",
                        "webhooks[0].signingkey",
                        "webhooks[1].name",
                        "webhooks[1].url",
                        "webhooks[1].format",
                        "webhooks[2].name",
                        "webhooks[2].url",
                        "webhooks[2].on",
                        "webhooks[2].signingKey",
                        "webhooks[2].caCertificate"),
                message.lines()
                        .map(line -> line.substring(0, line.indexOf(" is wrong")))
                        .toList());
        assertFalse(message.contains("canary"), message);
    }

    /** The library "standardwebhooks" of npm, with this key as its text, computed the signature. */
    @Test
    void signsWithTheSameTextAsTheLibrariesOfStandardWebhooks() {
        byte[] key = Webhook.parse("""
                        {"webhooks": [{"name": "ops", "url": "https://example.test/x",
                          "signingKey": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}]}""").getFirst().key().orElseThrow();
        assertEquals(
                "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
                WebhookDelivery.signature(
                        key,
                        "msg_p5jXN8AQM9LWM0D4loKWxJek",
                        Instant.ofEpochSecond(1_614_265_330),
                        "{\"test\": 2432232314}"));
    }

    @Test
    void refusesAKeyThatTheLibrariesWouldReadDifferently() {
        for (String key : List.of("sixteen bytes or more", "whsec_", "whsec_c2hvcnQ=", "whsec_not Base64, but long")) {
            String file =
                    "{\"webhooks\":[{\"name\":\"ops\",\"url\":\"https://x.test\",\"signingKey\":\"" + key + "\"}]}";
            String message = assertThrows(IllegalArgumentException.class, () -> Webhook.parse(file))
                    .getMessage();
            assertTrue(message.startsWith("webhooks[0].signingKey is wrong; write whsec_ and "), message);
        }
    }

    @Test
    void refusesAPortOutOfRange() {
        for (String port : List.of("0", "65536", "70000")) {
            String file = "{\"webhooks\":[{\"name\":\"ops\",\"url\":\"https://example.test:" + port + "/\"}]}";
            String message = assertThrows(IllegalArgumentException.class, () -> Webhook.parse(file))
                    .getMessage();
            assertTrue(message.startsWith("webhooks[0].url is wrong; write an https URL with a host"), message);
        }
        for (String port : List.of(":1", ":65535", ":", "")) {
            String file = "{\"webhooks\":[{\"name\":\"ops\",\"url\":\"https://example.test" + port + "/\"}]}";
            assertEquals(1, Webhook.parse(file).size());
        }
    }

    @Test
    void theMessageDoesNotRepeatATextThatIsNotJson() {
        String tooDeep = "[".repeat(5_000);
        String twice = "{\"webhooks\": [], \"webhooks\": [{\"name\": \"canary\"}]}";
        for (String text : List.of(
                "canary", "{\"webhooks\": canary}", "{\"webhooks\": \"canary\"}", "", tooDeep, twice, "{} canary")) {
            String message = assertThrows(IllegalArgumentException.class, () -> Webhook.parse(text))
                    .getMessage();
            assertFalse(message.contains("canary"), message);
            assertTrue(message.contains("WEBHOOKS_FILE"), message);
        }
    }

    @Test
    void reportsAnUnknownKey() {
        String message = assertThrows(IllegalArgumentException.class, () -> Webhook.parse("{\"hooks\": []}"))
                .getMessage();
        assertEquals("WEBHOOKS_FILE.hooks is wrong; write nothing: there is no such field", message);
    }
}
