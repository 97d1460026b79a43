package io.crmventas.tasks.runner.publish;

import java.nio.file.Path;
import java.util.Optional;

/** What the settings say about Redis. */
public sealed interface RedisTarget {
    /** Redis is not enabled. */
    record Off() implements RedisTarget {}

    /** It is enabled with settings that cannot work; the run continues without it. */
    record Unusable(String why) implements RedisTarget {}

    /**
     * Empty texts were not given.
     *
     * @param authority file with the certificates that sign the server's; empty for the public authorities
     */
    record Server(
            String host, int port, String user, String password, int database, boolean tls, Optional<Path> authority)
            implements RedisTarget {
        /** Without the password. */
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }
}
