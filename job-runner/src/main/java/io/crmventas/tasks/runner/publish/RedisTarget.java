package io.crmventas.tasks.runner.publish;

import java.nio.file.Path;
import java.util.Optional;

/** What the settings say about Redis. */
public sealed interface RedisTarget {
    /** Nobody asked for it. */
    record Off() implements RedisTarget {}

    /** It was asked for in words that cannot work; the run goes on without it. */
    record Unusable(String why) implements RedisTarget {}

    /**
     * Empty texts were not given.
     *
     * @param authority file with the certificates that sign the server's; empty for the public authorities
     */
    record Server(
            String host, int port, String user, String password, int database, boolean tls, Optional<Path> authority)
            implements RedisTarget {
        Server at(String otherHost, int otherPort) {
            return new Server(otherHost, otherPort, user, password, database, tls, authority);
        }

        /** Without the password. */
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }
}
