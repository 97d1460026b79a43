package io.crmventas.tasks.runner.report;

import io.crmventas.tasks.contract.RunReport;
import io.crmventas.tasks.contract.StepReport;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Masks every known secret in all output of the process. This is the last protection: no code builds a message from a secret. */
public final class Redaction {
    public static final String MASK = "***";
    /** The redaction masks a shorter secret only as a whole word. A password like "crm" would otherwise garble every message. */
    private static final int DISTINCT = 8;

    /** Matches user and password in any URL, also unknown ones. The examples in our own messages stay readable. */
    private static final Pattern USER_INFO =
            Pattern.compile("(?<=://)(?!(?:user)?:password@[^@\\s'\"]*(?:[\\s'\"]|$))[^\\s'\"]*@");

    private final @Nullable Pattern secrets;

    private Redaction(@Nullable Pattern secrets) {
        this.secrets = secrets;
    }

    /** @param secrets the secrets, as written or decoded; the redaction also masks their encoded forms */
    public static Redaction of(Collection<String> secrets) {
        String pattern = secrets.stream()
                .flatMap(Redaction::forms)
                .filter(form -> !form.isBlank())
                .distinct()
                // The longest secret comes first, because a DSN contains the password.
                .sorted(Comparator.comparingInt(String::length).reversed())
                .map(Redaction::pattern)
                .collect(Collectors.joining("|"));
        return new Redaction(pattern.isEmpty() ? null : Pattern.compile(pattern, Pattern.CASE_INSENSITIVE));
    }

    public String apply(String text) {
        String known = secrets == null ? text : secrets.matcher(text).replaceAll(MASK);
        return USER_INFO.matcher(known).replaceAll(MASK + "@");
    }

    public RunReport apply(RunReport report) {
        return report.toBuilder()
                .task(apply(report.task()))
                .message(report.message() == null ? null : apply(report.message()))
                .steps(all(report.steps(), this::apply))
                .warnings(all(report.warnings(), this::apply))
                .build();
    }

    private StepReport apply(StepReport step) {
        String message = step.message() == null ? null : apply(step.message());
        return new StepReport(step.name(), step.outcome(), step.millis(), message);
    }

    private static <T> @Nullable List<T> all(@Nullable List<T> given, UnaryOperator<T> redacted) {
        return given == null ? null : given.stream().map(redacted).toList();
    }

    private static Stream<String> forms(String secret) {
        String encoded = URLEncoder.encode(secret, StandardCharsets.UTF_8);
        return Stream.of(secret, encoded, encoded.replace("+", "%20"), jsonEscaped(secret));
    }

    private static String jsonEscaped(String secret) {
        return secret.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    private static String pattern(String form) {
        String quoted = Pattern.quote(form);
        return form.length() >= DISTINCT ? quoted : "(?<![\\p{Alnum}_])" + quoted + "(?![\\p{Alnum}_])";
    }
}
