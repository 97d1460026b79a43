package io.crmventas.tasks.runner.task.notifications;

import io.crmventas.tasks.runner.sql.Row;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Somebody who writes to the CRM: the lead's name, where there is one, and the number or account. */
record Person(@Nullable String name, String phone) {
    static Person of(Row row) throws SQLException {
        return new Person(row.find("lead_name", String.class), row.get("phone", String.class));
    }

    String shortName() {
        return name == null ? phone : name;
    }

    String fullName() {
        return name == null ? phone : name + " (" + phone + ")";
    }
}
