package io.crmventas.tasks.runner.publish;

import io.crmventas.tasks.runner.task.Publication;
import java.util.List;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.exceptions.JedisDataException;

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
        // Not Jedis and its Pipeline: loading their thousands of methods takes longer than the conversation.
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
            for (Object answer : connection.getMany(publications.size())) {
                if (answer instanceof JedisDataException refused) {
                    throw refused;
                }
            }
        }
    }
}
