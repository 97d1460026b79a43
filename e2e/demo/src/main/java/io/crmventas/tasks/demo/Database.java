package io.crmventas.tasks.demo;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/**
 * A database to connect to. Its text form has neither user nor password.
 *
 * @param query further settings of the DSN, such as {@code sslmode=require}; empty for none
 */
public record Database(String host, int port, String name, String user, String password, String query) {
    private static final int DEFAULT_PORT = 5432;

    /** Reads {@code postgres://} and {@code postgresql://}; an error never quotes the DSN. */
    static Database ofDsn(String dsn) {
        URI uri;
        try {
            uri = new URI(dsn);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("the DSN is not a URI (is its password percent-encoded?)");
        }
        String scheme = uri.getScheme();
        if (!"postgres".equals(scheme) && !"postgresql".equals(scheme)) {
            throw new IllegalArgumentException("the DSN must begin with postgres:// or postgresql://");
        }
        String account = uri.getRawUserInfo();
        if (uri.getHost() == null || account == null || uri.getRawPath().length() < 2) {
            throw new IllegalArgumentException("the DSN must name user, host and database");
        }
        int colon = account.indexOf(':');
        return new Database(
                uri.getHost(),
                uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
                decoded(uri.getRawPath().substring(1)),
                decoded(colon < 0 ? account : account.substring(0, colon)),
                colon < 0 ? "" : decoded(account.substring(colon + 1)),
                uri.getRawQuery() == null ? "" : uri.getRawQuery());
    }

    /** The DSN in the form of Python and Node programs, percent-encoded. */
    public String dsn() {
        return "postgresql://" + encoded(user) + ":" + encoded(password) + "@" + address();
    }

    /** The DSN without user and password. */
    public String jdbcUrl() {
        return "jdbc:postgresql://" + address();
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl(), user, password);
    }

    @Override
    public String toString() {
        return jdbcUrl();
    }

    private String address() {
        return host + ":" + port + "/" + encoded(name) + (query.isEmpty() ? "" : "?" + query);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
