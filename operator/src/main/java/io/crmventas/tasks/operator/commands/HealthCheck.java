package io.crmventas.tasks.operator.commands;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits until an operator answers that it is ready. */
final class HealthCheck {
    private static final int OK = 200;
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final PrintStream out;
    private final Duration patience;

    HealthCheck(PrintStream out, Duration patience) {
        this.out = out;
        this.patience = patience;
    }

    int check(String url) {
        long deadline = System.nanoTime() + patience.toNanos();
        try (HttpClient http = HttpClient.newBuilder().connectTimeout(ANSWER).build()) {
            String answer = ask(http, url + "/health/readiness");
            while (!answer.startsWith(OK + " ") && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(500);
                answer = ask(http, url + "/health/readiness");
            }
            out.println("GET /health/readiness: " + answer);
            out.println("GET /health: " + ask(http, url + "/health"));
            return answer.startsWith(OK + " ") ? Commands.OK : Commands.FAILED;
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            return Commands.FAILED;
        }
    }

    private static String ask(HttpClient http, String url) throws InterruptedException {
        try {
            var answer = http.send(
                    HttpRequest.newBuilder(URI.create(url)).timeout(ANSWER).build(), BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body();
        } catch (IOException unreachable) {
            return "no answer (" + unreachable + ")";
        }
    }
}
