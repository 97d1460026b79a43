package io.crmventas.tasks.runner.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One server to try.
 *
 * @param name a DNS name, an IPv4 address, or an IPv6 address without brackets
 */
public record Host(String name, int port) {
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}._-]{1,253}");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%[0-9A-Za-z._-]+)?");

    /** {@code host:port,[::1]:5433,…}, as it stands between {@code @} and {@code /}. */
    public static List<Host> parseList(String authority, int defaultPort) throws InvalidSetting {
        List<Host> hosts = new ArrayList<>();
        for (String one : authority.split(",", -1)) {
            hosts.add(parse(one, defaultPort));
        }
        return List.copyOf(hosts);
    }

    /** Names and ports apart, as libpq's parameters have them: one port serves all, or one for each. */
    public static List<Host> pair(String names, String ports, int defaultPort) throws InvalidSetting {
        String[] name = names.split(",", -1);
        String[] port = ports.split(",", -1);
        if (port.length != 1 && port.length != name.length) {
            throw new InvalidSetting("names " + name.length + " hosts and " + port.length
                    + " ports; give one port for all or one for each host");
        }
        List<Host> hosts = new ArrayList<>();
        for (int i = 0; i < name.length; i++) {
            hosts.add(of(name[i].strip(), port(port[port.length == 1 ? 0 : i], defaultPort)));
        }
        return List.copyOf(hosts);
    }

    private static Host parse(String text, int defaultPort) throws InvalidSetting {
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            String rest = end < 0 ? "" : text.substring(end + 1);
            if (end < 0 || !(rest.isEmpty() || rest.startsWith(":"))) {
                throw new InvalidSetting("has an IPv6 address whose brackets do not close; write [2001:db8::1]:5432");
            }
            return of(text.substring(1, end), port(rest.isEmpty() ? "" : rest.substring(1), defaultPort));
        }
        int colon = text.indexOf(':');
        if (colon != text.lastIndexOf(':')) {
            throw new InvalidSetting("has more than one colon in a host; write an IPv6 address in brackets, as in"
                    + " [2001:db8::1]:5432, and in a user or password @ as %40 and : as %3A");
        }
        return colon < 0
                ? of(text, defaultPort)
                : of(text.substring(0, colon), port(text.substring(colon + 1), defaultPort));
    }

    private static Host of(String raw, int port) throws InvalidSetting {
        String name = PercentEncoding.decode(raw, false);
        if (name.isEmpty()) {
            throw new InvalidSetting("names no host; write the service's name, as in db.crm.svc");
        }
        if (name.startsWith("/") || name.startsWith("@")) {
            throw new InvalidSetting(
                    "names a Unix socket, which does not reach another pod; write the host of its service");
        }
        if (name.startsWith("[") && name.endsWith("]")) {
            name = name.substring(1, name.length() - 1);
        }
        if (!NAME.matcher(name).matches() && !IPV6.matcher(name).matches()) {
            throw new InvalidSetting("has a host with characters that no host has; percent-encode @ : / ? # and"
                    + " spaces in user and password");
        }
        return new Host(name, port);
    }

    private static int port(String text, int defaultPort) throws InvalidSetting {
        String port = text.strip();
        if (port.isEmpty()) {
            return defaultPort;
        }
        if (port.matches("[0-9]{1,5}")) {
            int number = Integer.parseInt(port);
            if (number >= 1 && number <= 65535) {
                return number;
            }
        }
        throw new InvalidSetting(
                "has a port that is no number from 1 to 65535 (or a / in the password, to be written as %2F)");
    }

    @Override
    public String toString() {
        return (name.indexOf(':') < 0 ? name : "[" + name + "]") + ":" + port;
    }
}
