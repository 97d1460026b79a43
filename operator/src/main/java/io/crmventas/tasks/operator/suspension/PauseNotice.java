package io.crmventas.tasks.operator.suspension;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.contract.RunReportCodec;
import io.crmventas.tasks.contract.TimeText;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A person's pause of scheduled runs. The end is optional. If the operator cannot read the end, the pause has none, and
 * the status reports the fault. An unwanted run does more harm than a late one.
 *
 * @param ofAll whether all tasks are paused
 * @param problem the fault of the pause
 */
public record PauseNotice(
        boolean ofAll,
        Optional<String> by,
        Optional<String> reason,
        Optional<Instant> until,
        Optional<String> problem) {

    public static final String PAUSED = "crmventas.io/paused";
    public static final String BY = "crmventas.io/paused-by";
    public static final String UNTIL = "crmventas.io/paused-until";

    /** This ConfigMap is in the operator's own namespace. */
    public static final String CONFIG_MAP = "crm-task-operator-pause";

    /** The ConfigMap may pause all tasks, so until the operator can read it no scheduled run starts. */
    public static final PauseNotice UNREADABLE = new PauseNotice(
            true,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of("The operator cannot read ConfigMap " + CONFIG_MAP
                    + ", so it behaves as if all tasks were paused. Its account needs the verbs list and watch for this"
                    + " ConfigMap."));

    /** The status shows these texts, so their length needs a limit. */
    private static final int LONGEST = 200;

    public static Optional<PauseNotice> on(CrmScheduledTask task) {
        Map<String, String> annotations = task.getMetadata().getAnnotations();
        return Optional.ofNullable(annotations.get(PAUSED))
                .flatMap(paused -> notice(
                        false, paused, annotations.get(BY), null, annotations.get(UNTIL), "Annotation " + UNTIL));
    }

    /**
     * Reads the pause of all tasks from the operator's ConfigMap. Any value of the key {@code paused} except
     * {@code false} pauses. A ConfigMap without the key also pauses, because a person has created it for that.
     *
     * @param data the data of the ConfigMap
     */
    public static Optional<PauseNotice> forAll(Map<String, String> data) {
        return notice(
                true,
                data.getOrDefault("paused", "true"),
                data.get("by"),
                data.get("reason"),
                data.get("until"),
                "Key until of ConfigMap " + CONFIG_MAP);
    }

    public boolean over(Instant now) {
        return until.filter(end -> !now.isBefore(end)).isPresent();
    }

    /** @param reason the reason; null: it is the value of {@code paused}, unless that value is {@code true} */
    private static Optional<PauseNotice> notice(
            boolean ofAll,
            String paused,
            @Nullable String by,
            @Nullable String reason,
            @Nullable String until,
            String where) {
        if (paused.strip().equalsIgnoreCase("false")) {
            return Optional.empty();
        }
        boolean bare = paused.strip().equalsIgnoreCase("true");
        String why = reason == null && !bare ? paused : reason;
        Optional<String> end = text(until);
        Optional<Instant> instant = end.flatMap(TimeText::parse);
        Optional<String> problem = end.filter(text -> instant.isEmpty())
                .map(text -> where + " is \"" + text + "\", which is no time, so the pause has no end; write it as in"
                        + " 2027-01-31T08:00:00Z.");
        return Optional.of(new PauseNotice(ofAll, text(by), text(why), instant, problem));
    }

    private static Optional<String> text(@Nullable String value) {
        return Optional.ofNullable(value)
                .map(text -> text.strip().replaceAll("\\p{Cntrl}", " "))
                .filter(text -> !text.isEmpty())
                .map(text -> RunReportCodec.cut(text, LONGEST));
    }
}
