package io.crmventas.tasks.runner.sql;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;

/**
 * Texts of a database in SQL_ASCII, which keeps bytes and knows no encoding. There {@code settings.sql} makes LATIN1 the
 * client's encoding, in which every byte is a character, so that the server refuses none. Bytes that are UTF-8 are read
 * as such, and all others as Latin-1. The driver sends UTF-8 whatever the encoding is.
 */
final class DatabaseText {
    private DatabaseText() {}

    static String decoded(Connection connection, String text) throws SQLException {
        boolean ascii = text.chars().allMatch(character -> character < 0x80);
        return ascii || !"LATIN1".equals(connection.unwrap(PGConnection.class).getParameterStatus("client_encoding"))
                ? text
                : decoded(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static String decoded(ByteBuffer bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer text = CharBuffer.allocate(bytes.remaining());
        CoderResult result = decoder.decode(bytes, text, true);
        while (result.isError()) {
            for (int i = 0; i < result.length(); i++) {
                text.put((char) (bytes.get() & 0xff));
            }
            result = decoder.reset().decode(bytes, text, true);
        }
        return text.flip().toString();
    }
}
