package io.crmventas.tasks.operator.resources;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.config.Sha256;

/** Names of the Jobs that the operator makes. */
public final class JobNames {
    private static final int HASH_DIGITS = 10;

    private JobNames() {}

    /** The same for the same purpose, whoever asks and how often; another for a task of the same name made anew. */
    public static String of(CrmScheduledTask task, String purpose) {
        String hash = Sha256.hex(task.getMetadata().getUid() + "/" + purpose).substring(0, HASH_DIGITS);
        return task.getMetadata().getName() + "-" + hash;
    }
}
