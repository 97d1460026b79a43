package io.crmventas.tasks.operator.desired;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Names of the Jobs that the operator makes. */
public final class JobNames {
    private static final int HASH_BYTES = 5;

    private JobNames() {}

    /** The same for the same purpose, whoever asks and how often; another for a task of the same name made anew. */
    public static String of(CrmScheduledTask task, String purpose) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((task.getMetadata().getUid() + "/" + purpose).getBytes(StandardCharsets.UTF_8));
            return task.getMetadata().getName() + "-" + HexFormat.of().formatHex(hash, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
