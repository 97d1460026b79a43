package io.crmventas.tasks.operator.resources;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.config.Catalog.Database;
import io.crmventas.tasks.operator.config.ExtraTask;
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
 * A Secret that a pod gets as files. Those that the job-runner reads are optional: a pod with a missing Secret would
 * hang in ContainerCreating until the deadline, while the runner tells within a second that the Secret is not there.
 * Another program might not notice, so it is not started without the Secret of its own.
 *
 * @param volume name of it
 * @param key that the pod gets under the name POSTGRES_DSN, beside those of {@link #BESIDE}; empty: all of the Secret
 * @param path where the container finds it
 */
record SecretVolume(String volume, String secret, Optional<String> key, String path, boolean optional) {
    static final String DATABASE_DIR = "/etc/crm/database";
    static final String REDIS_DIR = "/etc/crm/redis";
    static final String EXTRA_DIR = "/etc/crm/secret";

    /** What the runner reads first. */
    private static final String ADDRESS_FILE = "POSTGRES_DSN";

    /** What a DSN can need: certificates, and the consent to a privileged role. Those that the Secret lacks are left out. */
    private static final List<String> BESIDE = List.of("ca.crt", "tls.crt", "tls.key", "POSTGRES_PRIVILEGED_ROLE");

    /** Kubernetes gives these files to root unless the pod names a group, and the pod of a run names none. */
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

    private static List<KeyToPath> items(String address) {
        return Stream.concat(
                        Stream.of(item(address, ADDRESS_FILE)),
                        BESIDE.stream().filter(name -> !name.equals(address)).map(name -> item(name, name)))
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
