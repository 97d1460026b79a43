package io.crmventas.tasks.runner.settings;

import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** RFC 3986 escapes, as DSNs use them. */
public final class PercentEncoding {
    private PercentEncoding() {}

    /**
     * A percent sign that begins no escape stays as it is, as in Python: a CRM that runs with such a DSN must not
     * find its guest refusing it.
     */
    public static String decode(String text, boolean plusIsSpace) throws InvalidSetting {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            int escaped = c == '%' ? hex(text, at + 1) : -1;
            if (escaped >= 0) {
                bytes.write(escaped);
                at += 3;
            } else {
                int end = text.offsetByCodePoints(at, 1);
                String same = plusIsSpace && c == '+' ? " " : text.substring(at, end);
                bytes.writeBytes(same.getBytes(StandardCharsets.UTF_8));
                at = end;
            }
        }
        return utf8(bytes.toByteArray());
    }

    /** The parameters of a query, decoded, in their order. */
    public static List<Map.Entry<String, String>> parameters(String query, boolean plusIsSpace) throws InvalidSetting {
        List<Map.Entry<String, String>> parameters = new ArrayList<>();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (!pair.isEmpty()) {
                parameters.add(Map.entry(
                        decode(equals < 0 ? pair : pair.substring(0, equals), plusIsSpace),
                        decode(equals < 0 ? "" : pair.substring(equals + 1), plusIsSpace)));
            }
        }
        return parameters;
    }

    /** For a place in a URL that reads a plus sign either way. */
    public static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static int hex(String text, int at) {
        if (at + 2 > text.length()) {
            return -1;
        }
        int high = Character.digit(text.charAt(at), 16);
        int low = Character.digit(text.charAt(at + 1), 16);
        return high < 0 || low < 0 ? -1 : high * 16 + low;
    }

    private static String utf8(byte[] bytes) throws InvalidSetting {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (text.indexOf('\0') >= 0) {
                throw new InvalidSetting("has %00 in it, which nothing can hold");
            }
            return text;
        } catch (CharacterCodingException notUtf8) {
            throw new InvalidSetting(
                    "has percent escapes that are not UTF-8; encode each character as its UTF-8 bytes");
        }
    }
}
