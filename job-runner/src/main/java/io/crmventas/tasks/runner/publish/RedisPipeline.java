package io.crmventas.tasks.runner.publish;

import io.crmventas.tasks.runner.task.Publication;
import java.util.List;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.SetParams;

/** The only class that knows jedis, so that a run without Redis never loads it. */
final class RedisPipeline {
    private RedisPipeline() {}

    /** One connection, one round trip. The first command that Redis refuses is thrown. */
    static void send(RedisTarget.Server server, List<Publication> publications, int timeoutMillis) {
        DefaultJedisClientConfig.Builder settings = DefaultJedisClientConfig.builder()
                .resp2()
                .connectionTimeoutMillis(timeoutMillis)
                .socketTimeoutMillis(timeoutMillis)
                // Managed Redis services refuse the command that tells a client's name and version.
                .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
                .database(server.database());
        if (server.tls()) {
            settings.sslOptions(SslOptions.defaults());
        }
        if (!server.user().isEmpty()) {
            settings.user(server.user());
        }
        if (!server.password().isEmpty()) {
            settings.password(server.password());
        }
        try (Jedis jedis = new Jedis(new HostAndPort(server.host(), server.port()), settings.build())) {
            Pipeline pipeline = jedis.pipelined();
            for (Publication publication : publications) {
                switch (publication) {
                    case Publication.Message(String channel, String json) -> pipeline.publish(channel, json);
                    case Publication.CacheEntry entry ->
                        pipeline.set(
                                entry.key(),
                                entry.json(),
                                new SetParams().ex(entry.expiry().toSeconds()));
                }
            }
            for (Object answer : pipeline.syncAndReturnAll()) {
                if (answer instanceof JedisDataException refused) {
                    throw refused;
                }
            }
        }
    }
}
