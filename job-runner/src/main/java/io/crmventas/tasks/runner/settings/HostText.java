package io.crmventas.tasks.runner.settings;

import java.util.regex.Pattern;

/** Recognizes the hosts in the addresses of the database and of Redis. */
public final class HostText {
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}._-]{1,253}");
    /** It has two colons at least. A single one stands before a port. */
    private static final Pattern IPV6 =
            Pattern.compile("[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(%[0-9A-Za-z._-]+)?");

    private HostText() {}

    /** Returns whether the text can be a name or an IPv4 address. */
    public static boolean isName(String host) {
        return NAME.matcher(host).matches();
    }

    public static boolean isIpv6(String host) {
        return IPV6.matcher(host).matches();
    }

    /** A URL has an IPv6 address in brackets. */
    public static String withoutBrackets(String host) {
        return host.replaceFirst("^\\[(.*)]$", "$1");
    }
}
