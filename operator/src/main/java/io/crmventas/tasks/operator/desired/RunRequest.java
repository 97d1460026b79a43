package io.crmventas.tasks.operator.desired;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Somebody wants a run now, and says so by annotation. A token runs once: it is the Job's name, and the status
 * acknowledges it.
 *
 * @param unknownOptions words of {@code run-options} that mean nothing
 */
public record RunRequest(String token, boolean dryRun, List<String> unknownOptions) {
    public static final String REQUESTED = "crmventas.io/run-requested";
    public static final String OPTIONS = "crmventas.io/run-options";

    private static final String DRY_RUN = "dryRun";
    private static final int HASH_BYTES = 5;

    public static Optional<RunRequest> of(CrmScheduledTask task) {
        Map<String, String> annotations =
                Optional.ofNullable(task.getMetadata().getAnnotations()).orElse(Map.of());
        String token = annotations.getOrDefault(REQUESTED, "").strip();
        List<String> options = Arrays.stream(
                        annotations.getOrDefault(OPTIONS, "").split(",", -1))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
        return token.isEmpty()
                ? Optional.empty()
                : Optional.of(new RunRequest(
                        token,
                        options.contains(DRY_RUN),
                        options.stream().filter(word -> !word.equals(DRY_RUN)).toList()));
    }

    /** The same for the same token, whoever asks and how often; another for a task of the same name made anew. */
    public String jobName(CrmScheduledTask task) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((task.getMetadata().getUid() + "/" + token).getBytes(StandardCharsets.UTF_8));
            return task.getMetadata().getName() + "-" + HexFormat.of().formatHex(hash, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
