package io.crmventas.tasks.operator.schedule;

import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;

/** Zones by the name that Kubernetes accepts too: those of the IANA database, in its own spelling. */
final class TimeZones {

    private TimeZones() {}

    /** {@link ZoneId#of} would also take offsets such as {@code +02:00} or {@code GMT+2}, which Kubernetes refuses. */
    static Optional<ZoneId> find(String name) {
        return known(name) ? Optional.of(ZoneId.of(name)) : Optional.empty();
    }

    /** Proposes the zone whose name, or whose city, was meant. */
    static String cure(String name) {
        String meant = folded(name);
        return ZoneId.getAvailableZoneIds().stream()
                .filter(TimeZones::known)
                .filter(zone -> folded(zone).equals(meant) || folded(zone).endsWith("/" + meant))
                .min((one, other) ->
                        one.length() != other.length() ? other.length() - one.length() : one.compareTo(other))
                .map(zone -> "write " + zone)
                .orElse("write a name of the IANA time zone database, as in America/Argentina/Buenos_Aires");
    }

    /** Java carries thirteen names of its own besides. */
    private static boolean known(String name) {
        return ZoneId.getAvailableZoneIds().contains(name) && !name.startsWith("SystemV/");
    }

    private static String folded(String name) {
        return name.strip().replace(' ', '_').toLowerCase(Locale.ROOT);
    }
}
