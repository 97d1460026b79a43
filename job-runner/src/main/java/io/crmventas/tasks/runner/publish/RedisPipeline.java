package io.crmventas.tasks.runner.publish;

import io.crmventas.tasks.runner.publish.RedisSettings.RedisTarget;
import io.crmventas.tasks.runner.task.output.Publication;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.List;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.exceptions.JedisDataException;

/** Uses jedis. No other class does, so a run without Redis never loads it. */
final class RedisPipeline {
    /** The other type of the JDK encrypts public certificates too, which costs a new JVM tens of thousands of hashes. */
    private static final String STORE_TYPE = "JKS";

    /** The store holds public certificates and never leaves the memory. */
    private static final char[] STORE_PASSWORD = "changeit".toCharArray();

    private RedisPipeline() {}

    /**
     * Sends everything over one connection in one round trip. It chooses no version of the protocol, because Jedis would
     * then fail on a server that does not know HELLO, such as Redis 5.
     *
     * @return the answer of Redis to each command that it refused
     */
    static List<String> send(RedisTarget.Server server, List<Publication> publications, int timeoutMillis) {
        DefaultJedisClientConfig.Builder settings = DefaultJedisClientConfig.builder()
                .connectionTimeoutMillis(timeoutMillis)
                .socketTimeoutMillis(timeoutMillis)
                // Managed Redis services refuse the command with a client's name and version.
                .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
                .database(server.database());
        if (server.tls()) {
            settings.sslOptions(server.authority().map(RedisPipeline::trustOnly).orElseGet(SslOptions::defaults));
        }
        if (!server.user().isEmpty()) {
            settings.user(server.user());
        }
        if (!server.password().isEmpty()) {
            settings.password(server.password());
        }
        // We do not use Jedis and Pipeline, because loading their thousands of methods takes longer than the exchange.
        try (Connection connection = new Connection(new HostAndPort(server.host(), server.port()), settings.build())) {
            for (Publication publication : publications) {
                switch (publication) {
                    case Publication.Message(String channel, String json) ->
                        connection.sendCommand(Command.PUBLISH, channel, json);
                    case Publication.CacheEntry entry ->
                        connection.sendCommand(
                                Command.SET,
                                entry.key(),
                                entry.json(),
                                "EX",
                                String.valueOf(entry.expiry().toSeconds()));
                }
            }
            return connection.getMany(publications.size()).stream()
                    .filter(JedisDataException.class::isInstance)
                    .map(refused -> String.valueOf(((JedisDataException) refused).getMessage()))
                    .toList();
        }
    }

    private static SslOptions trustOnly(Path authority) {
        try {
            KeyStore trusted = KeyStore.getInstance(STORE_TYPE);
            trusted.load(null, null);
            InputStream content = new ByteArrayInputStream(Files.readAllBytes(authority));
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(content)) {
                trusted.setCertificateEntry("authority-" + trusted.size(), certificate);
            }
            if (trusted.size() == 0) {
                throw new CertificateException("no certificate in the file");
            }
            // Jedis reads only a file in the JDK's format.
            ByteArrayOutputStream store = new ByteArrayOutputStream();
            trusted.store(store, STORE_PASSWORD);
            return SslOptions.builder()
                    .trustStoreType(STORE_TYPE)
                    .truststore(() -> new ByteArrayInputStream(store.toByteArray()), STORE_PASSWORD)
                    .build();
        } catch (IOException | GeneralSecurityException unusable) {
            throw new IllegalStateException("the certificates in " + authority + " cannot be used", unusable);
        }
    }
}
