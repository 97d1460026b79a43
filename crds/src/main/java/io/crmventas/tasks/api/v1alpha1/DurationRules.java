package io.crmventas.tasks.api.v1alpha1;

import io.crmventas.tasks.contract.DurationText;

/**
 * Defines the CEL rules of durations: the API server accepts the grammar of {@link DurationText}, from one second up.
 * CEL's own {@code duration()} does not know days.
 */
final class DurationRules {
    static final int LONGEST_TEXT = 20;

    /** This pattern accepts whole numbers from 1 with d, h, m and s, in this order. */
    static final String FORM =
            "self.matches('^([1-9][0-9]{0,4}d)?([1-9][0-9]{0,5}h)?([1-9][0-9]{0,5}m)?" + "([1-9][0-9]{0,5}s)?$')";

    /** This computes the seconds of such a text without split(), whose cost the API server estimates far too high. */
    static final String SECONDS = "((self.contains('d') ? int(self.substring(0, self.indexOf('d'))) * 86400 : 0)"
            + " + duration('0s' + self.substring(self.indexOf('d') + 1)).getSeconds())";

    private DurationRules() {}
}
