package io.crmventas.tasks.runner.check;

import io.crmventas.tasks.contract.RunnerEnvironment;
import io.crmventas.tasks.runner.sql.SqlFile;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** Whether the role of this session may do more than a task needs: triggers of the CRM would run with its rights. */
public final class RoleCheck {
    private static final SqlFile ROLE = new SqlFile("check/role.sql");

    private RoleCheck() {}

    /**
     * What is wrong and how to fix it.
     *
     * @param allowed the name of a powerful role that the Secret allows
     */
    public static Optional<String> fault(Connection connection, Optional<String> allowed) throws SQLException {
        return ROLE.sql()
                .list(connection, row -> {
                    String name = row.get("name", String.class);
                    String kind = row.get("superuser", Boolean.class) ? "is a superuser" : "has BYPASSRLS";
                    return row.get("powerful", Boolean.class) && !allowed.equals(Optional.of(name))
                            ? Optional.of("role " + name + " " + kind + ", and triggers of the CRM run with its rights;"
                                    + " create an ordinary role with the statements of \"grants all\", or write "
                                    + RunnerEnvironment.POSTGRES_PRIVILEGED_ROLE + "=" + name + " beside the DSN")
                            : Optional.<String>empty();
                })
                .getFirst();
    }
}
