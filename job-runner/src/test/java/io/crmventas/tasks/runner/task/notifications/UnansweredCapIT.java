package io.crmventas.tasks.runner.task.notifications;

import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.NOW;
import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.PHONE;
import static io.crmventas.tasks.runner.task.notifications.CheckedCrm.TENANT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.crmventas.tasks.contract.Counts;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UnansweredCapIT extends CheckScenario {
    @BeforeEach
    void assignConversationToSeller() {
        checked.crm.assign(TENANT, PHONE, seller, "2025-01-01T00:00:00Z");
    }

    @Test
    void capPrefersTheOldestAndLeavesTheRestForTheNextRun() throws SQLException {
        checked.parameters = "{\"maxUnanswered\": 2}";
        long[] firsts = new long[5];
        for (int i = 0; i < 5; i++) {
            checked.crm.assign(TENANT, "+" + i, seller, "2025-01-01T00:00:00Z");
            // All these instants differ by a microsecond at least.
            firsts[i] = checked.user("+" + i, checked.ago(i < 3 ? "PT3H" : "PT2H", -i % 4));
        }
        checked.fill().run();
        assertEquals(List.of(high(firsts[0]), high(firsts[1])), checked.ids());
        assertEquals(3, checked.count(Counts.UNANSWERED_CUT));
        checked.run();
        assertEquals(2, checked.count(Counts.UNANSWERED));
        assertEquals(1, checked.count(Counts.UNANSWERED_CUT));
        checked.run();
        assertEquals(5, checked.ids().size());
        assertEquals(0, checked.count(Counts.UNANSWERED_CUT));
    }

    @Test
    void capCountsAConversationThatOnlyEscalates() throws SQLException {
        checked.parameters = "{\"maxUnanswered\": 1}";
        checked.user(PHONE, checked.ago("PT3H"));
        checked.crm.assign(TENANT, "+2", seller, "2025-01-01T00:00:00Z");
        checked.user("+2", checked.ago("PT2H"));
        checked.fill().run().run();
        assertEquals(2, checked.ids().size());
        checked.now = NOW.plusSeconds(7_000);
        checked.run();
        assertEquals(1, checked.count(Counts.UNANSWERED));
        assertEquals(0, checked.count(Counts.UNANSWERED_CUT));
        assertEquals(ceo, checked.notifications().getFirst().recipient());
    }

    @Test
    void capIgnoresAConversationWithoutRecipient() throws SQLException {
        checked.parameters = "{\"maxUnanswered\": 1}";
        UUID secretary = checked.crm.user(TENANT, "secretary");
        checked.crm.assign(TENANT, PHONE, secretary, "2025-01-02T00:00:00Z");
        checked.user(PHONE, checked.ago("PT3H"));
        checked.crm.assign(TENANT, "+2", seller, "2025-01-01T00:00:00Z");
        long second = checked.user("+2", checked.ago("PT2H"));
        assertEquals(List.of(high(second)), checked.fill().run().ids());
        assertEquals(0, checked.count(Counts.UNANSWERED_CUT));
    }

    private String high(long first) {
        return "unanswered:" + first + ":high:" + seller;
    }
}
