package io.crmventas.tasks.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A headless Chromium, driven over the W3C WebDriver protocol by chromedriver. */
public final class Browser implements AutoCloseable {
    private static final Pattern STARTED = Pattern.compile("started successfully on port (\\d+)");
    private static final int MOST_TABS = 60;
    public static final String TAB = "\uE004";
    public static final String ENTER = "\uE007";
    private static final JsonMapper JSON = new JsonMapper();
    private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

    /** Chromium leaves files here when it ends. */
    private final Path temporary = TemporaryFolder.create("browser");

    private final Process driver;
    private final HttpClient http = HttpClient.newHttpClient();
    private final String session;

    /** @param language of the browser, as in es */
    public Browser(String language) {
        try {
            ProcessBuilder command = new ProcessBuilder("chromedriver", "--port=0").redirectErrorStream(true);
            command.environment().put("TZ", "Europe/Madrid");
            command.environment().put("TMPDIR", temporary.toString());
            driver = command.start();
        } catch (IOException missing) {
            throw new UncheckedIOException(
                    "chromedriver is missing; install Debian's packages chromium and chromium-driver", missing);
        }
        String base = "http://127.0.0.1:" + port() + "/session";
        JsonNode created = send(
                "POST",
                base,
                Map.of(
                        "capabilities",
                        Map.of(
                                "alwaysMatch",
                                Map.of(
                                        "acceptInsecureCerts",
                                        true,
                                        "goog:chromeOptions",
                                        Map.of(
                                                "args",
                                                List.of(
                                                        "--headless=new",
                                                        "--no-sandbox",
                                                        "--hide-scrollbars",
                                                        "--disable-dev-shm-usage"),
                                                "prefs",
                                                Map.of("intl.accept_languages", language))))));
        session = base + "/" + created.path("sessionId").asText();
    }

    private String port() {
        // The reader stays open: chromedriver would end when it cannot write.
        BufferedReader output = driver.inputReader();
        return output.lines()
                .map(STARTED::matcher)
                .filter(Matcher::find)
                .map(found -> found.group(1))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("chromedriver did not start"));
    }

    public void open(String address) {
        command("/url", Map.of("url", "about:blank"));
        command("/url", Map.of("url", address));
    }

    /** Runs a function body in the page. */
    public JsonNode script(String body, Object... arguments) {
        return command("/execute/sync", Map.of("script", body, "args", arguments));
    }

    /** Runs a function body whose last argument is a callback that takes the result. */
    public JsonNode scriptLater(String body) {
        return command("/execute/async", Map.of("script", body, "args", List.of()));
    }

    /** The visible text of the page. */
    public String text() {
        return script("return document.body.innerText").asText();
    }

    public void awaitText(String wanted) {
        await(
                wanted,
                "return document.body.innerText.includes(arguments[0]) ? arguments[0] : document.body.innerText",
                wanted);
    }

    public void awaitNoText(String unwanted) {
        await("", "return document.body.innerText.includes(arguments[0]) ? document.body.innerText : ''", unwanted);
    }

    /** Waits until the page gives the wanted text for the script, and fails with what it gives last. */
    public void await(String wanted, String body, Object... arguments) {
        Eventually.eventually(wanted, () -> script(body, arguments).asText());
    }

    /** Clicks where a person would: on what is visible and not covered. */
    public void click(String xpath) {
        command("/element/" + find(xpath) + "/click", Map.of());
    }

    public void clickButton(String words) {
        click("//button[normalize-space()='" + words + "']");
    }

    public void type(String xpath, String text) {
        command("/element/" + find(xpath) + "/value", Map.of("text", text));
    }

    /** Presses keys as a keyboard does: they reach what has the focus. */
    public void press(CharSequence keys) {
        List<Map<String, String>> actions = keys.codePoints()
                .mapToObj(Character::toString)
                .flatMap(key -> Stream.of("keyDown", "keyUp").map(type -> Map.of("type", type, "value", key)))
                .toList();
        command("/actions", Map.of("actions", List.of(Map.of("type", "key", "id", "keyboard", "actions", actions))));
    }

    /** Presses Tab until the focus is on the element with this text or name. */
    public void pressTabTo(String wanted) {
        for (int tabs = 0; tabs < MOST_TABS; tabs++) {
            press(TAB);
            String focused = script("const one = document.activeElement; return one.name || one.textContent")
                    .asText();
            if (focused.equals(wanted)) {
                return;
            }
        }
        throw new AssertionError("Tab does not reach \"" + wanted + "\": " + text());
    }

    public int count(String selector) {
        return script("return document.querySelectorAll(arguments[0]).length", selector)
                .asInt();
    }

    private String find(String xpath) {
        await(
                "true",
                "return String(document.evaluate(arguments[0], document, null, 3, null).booleanValue)"
                        .replace(", 3,", ", XPathResult.BOOLEAN_TYPE,"),
                xpath);
        return command("/element", Map.of("using", "xpath", "value", xpath))
                .path(ELEMENT)
                .asText();
    }

    public void size(int width, int height) {
        developer(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
    }

    public void dark(boolean dark) {
        Map<String, String> feature = Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light");
        developer("Emulation.setEmulatedMedia", Map.of("features", List.of(feature)));
    }

    private void developer(String command, Map<String, Object> parameters) {
        command("/goog/cdp/execute", Map.of("cmd", command, "params", parameters));
    }

    public byte[] picture() {
        return Base64.getDecoder()
                .decode(send("GET", session + "/screenshot", Map.of()).asText());
    }

    private JsonNode command(String path, Map<String, ?> body) {
        return send("POST", session + path, body);
    }

    private JsonNode send(String method, String address, Map<String, ?> body) {
        try {
            HttpRequest.BodyPublisher content = method.equals("POST")
                    ? HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body))
                    : HttpRequest.BodyPublishers.noBody();
            HttpRequest request = HttpRequest.newBuilder(URI.create(address))
                    .method(method, content)
                    .build();
            JsonNode answer = JSON.readTree(
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body());
            JsonNode value = answer.path("value");
            if (value.has("error")) {
                throw new IllegalStateException(value.path("error").asText() + ": "
                        + value.path("message").asText());
            }
            return value;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        send("DELETE", session, Map.of());
        http.close();
        driver.destroy();
        driver.onExit().join();
        TemporaryFolder.delete(temporary);
    }
}
