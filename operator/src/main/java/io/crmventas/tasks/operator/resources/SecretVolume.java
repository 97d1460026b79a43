package io.crmventas.tasks.operator.resources;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.config.Catalog.Database;
import io.crmventas.tasks.operator.config.Catalog.ExtraTask;
import io.crmventas.tasks.operator.config.RunnerSettings;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.KeyToPathBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A Secret that a pod gets as files. The job-runner's Secrets are optional, so that the runner reports a missing Secret
 * within a second. Otherwise the pod would hang in ContainerCreating until the deadline. The program of an extra task
 * might not notice a missing Secret, so its pod does not start without it.
 *
 * @param volume the name of the volume
 * @param key the key for file POSTGRES_DSN, which comes with {@link #OPTIONAL_KEYS}; empty: the pod gets all keys
 * @param path the path of the folder in the container
 */
record SecretVolume(String volume, String secret, Optional<String> key, String path, boolean optional) {
    static final String DATABASE_DIR = "/etc/crm/database";
    static final String REDIS_DIR = "/etc/crm/redis";
    static final String EXTRA_DIR = "/etc/crm/secret";

    private static final String DSN_FILE = "POSTGRES_DSN";

    /** A DSN can need certificates and the consent to a privileged role. Kubernetes leaves out missing keys. */
    private static final List<String> OPTIONAL_KEYS =
            List.of("ca.crt", "tls.crt", "tls.key", "POSTGRES_PRIVILEGED_ROLE");

    /** Kubernetes gives these files to root, because the pod of a run names no group. */
    private static final int EVERY_USER_OF_THE_POD_READS = 0444;

    static List<SecretVolume> of(CrmScheduledTask task, RunnerSettings settings) {
        List<SecretVolume> files = new ArrayList<>();
        Optional<ExtraTask> extra = settings.catalog().extraTask(task);
        if (extra.isEmpty() || extra.get().database()) {
            Database database = settings.catalog().databaseOf(task);
            files.add(new SecretVolume("database", database.secret(), database.key(), DATABASE_DIR, true));
        }
        if (extra.isPresent()) {
            extra.get()
                    .secret()
                    .ifPresent(secret ->
                            files.add(new SecretVolume("secret", secret, Optional.empty(), EXTRA_DIR, false)));
        } else {
            settings.redis()
                    .flatMap(RunnerSettings.Redis::secret)
                    .ifPresent(
                            secret -> files.add(new SecretVolume("redis", secret, Optional.empty(), REDIS_DIR, true)));
        }
        return files;
    }

    Volume asVolume() {
        return new VolumeBuilder()
                .withName(volume)
                .withNewSecret()
                .withSecretName(secret)
                .withItems(key.map(SecretVolume::items).orElse(List.of()))
                .withDefaultMode(EVERY_USER_OF_THE_POD_READS)
                .withOptional(optional)
                .endSecret()
                .build();
    }

    private static List<KeyToPath> items(String dsnKey) {
        return Stream.concat(
                        Stream.of(item(dsnKey, DSN_FILE)),
                        OPTIONAL_KEYS.stream()
                                .filter(name -> !name.equals(dsnKey))
                                .map(name -> item(name, name)))
                .toList();
    }

    private static KeyToPath item(String key, String path) {
        return new KeyToPathBuilder().withKey(key).withPath(path).build();
    }

    VolumeMount asMount() {
        return new VolumeMountBuilder()
                .withName(volume)
                .withMountPath(path)
                .withReadOnly(true)
                .build();
    }
}
