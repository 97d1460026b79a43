package io.crmventas.tasks.runner.check;

import java.util.List;
import java.util.Optional;

/**
 * One table as this role and search path see it.
 *
 * @param missing what is not there, as a sentence part each
 * @param grants statements that give what this role may not do yet
 */
public record TableFinding(String table, boolean optional, boolean present, List<String> missing, List<String> grants) {

    public boolean usable() {
        return missing.isEmpty() && grants.isEmpty();
    }

    /** What to do about it. */
    public Optional<String> advice() {
        if (usable()) {
            return present ? Optional.empty() : Optional.of("not in this CRM; what needs it is skipped");
        }
        return Optional.of(String.join("; ", missing.isEmpty() ? grants : missing));
    }
}
