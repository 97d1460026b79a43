package io.crmventas.tasks.operator.view;

import java.util.Objects;

/** The operator's own version. */
public final class Version {
    private Version() {}

    public static String text() {
        return Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "development");
    }
}
