package io.crmventas.tasks.runner.settings;

import io.crmventas.tasks.runner.report.Failure;
import io.crmventas.tasks.runner.report.FailureReason;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Encodes and decodes the escapes of URLs, and recognizes their hosts. */
public final class UrlText {
    private static final Pattern STRAY_PERCENT = Pattern.compile("%(?![0-9A-Fa-f]{2})");

    private static final Pattern HOST_NAME = Pattern.compile("[\\p{L}\\p{N}._-]{1,253}");
    /** It has two colons at least. A single one stands before a port. */
    private static final Pattern IPV6 =
            Pattern.compile("[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(%[0-9A-Za-z._-]+)?");

    private UrlText() {}

    /**
     * Returns the text in the form that {@link URLDecoder} and the driver can read. They take every plus sign for a space
     * and refuse a percent sign that begins no escape. Python keeps such a percent sign, so a CRM can use such a DSN.
     */
    public static String strict(String text, boolean plusIsSpace) {
        String escaped = STRAY_PERCENT.matcher(text).replaceAll("%25");
        return plusIsSpace ? escaped : escaped.replace("+", "%2B");
    }

    /** Keeps a plus sign. */
    public static String decode(String text) {
        return checked(URLDecoder.decode(strict(text, false), StandardCharsets.UTF_8));
    }

    /** @throws Failure when the decoded bytes are no text */
    public static String checked(String decoded) {
        if (decoded.contains("\0")) {
            throw new Failure(FailureReason.INVALID_SECRET, "has %00 in it, which nothing can hold");
        }
        if (decoded.contains("\uFFFD")) {
            throw new Failure(
                    FailureReason.INVALID_SECRET,
                    "has percent escapes that are not UTF-8; encode each character as its UTF-8 bytes");
        }
        return decoded;
    }

    /** Writes a space as %20, because some readers of a URL take a plus sign literally. */
    public static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Returns whether the text can be a name or an IPv4 address. */
    public static boolean isHostName(String host) {
        return HOST_NAME.matcher(host).matches();
    }

    public static boolean isIpv6(String host) {
        return IPV6.matcher(host).matches();
    }

    /** A URL has an IPv6 address in brackets. */
    public static String withoutBrackets(String host) {
        return host.replaceFirst("^\\[(.*)]$", "$1");
    }
}
