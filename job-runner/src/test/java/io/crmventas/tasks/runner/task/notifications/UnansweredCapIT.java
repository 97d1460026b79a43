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
    void theSellerHasTheConversation() {
        at.crm.assign(TENANT, PHONE, seller, "2025-01-01T00:00:00Z");
    }

    @Test
    void takesTheOldestFirstAndComesBackForTheRest() throws SQLException {
        at.parameters = "{\"maxUnanswered\": 2}";
        long[] firsts = new long[5];
        for (int i = 0; i < 5; i++) {
            at.crm.assign(TENANT, "+" + i, seller, "2025-01-01T00:00:00Z");
            // The last two began at the same instant: the lower id goes first.
            firsts[i] = at.user("+" + i, at.ago(i < 3 ? "PT3H" : "PT2H", -i % 4));
        }
        at.fill().run();
        assertEquals(List.of(high(firsts[0]), high(firsts[1])), at.ids());
        assertEquals(3, at.count(Counts.UNANSWERED_CUT));
        at.run();
        assertEquals(2, at.count(Counts.UNANSWERED));
        assertEquals(1, at.count(Counts.UNANSWERED_CUT));
        at.run();
        assertEquals(5, at.ids().size());
        assertEquals(0, at.count(Counts.UNANSWERED_CUT));
    }

    @Test
    void givesAPlaceToAConversationOfWhichOnlyTheCeosDoNotKnow() throws SQLException {
        at.parameters = "{\"maxUnanswered\": 1}";
        at.user(PHONE, at.ago("PT3H"));
        at.crm.assign(TENANT, "+2", seller, "2025-01-01T00:00:00Z");
        at.user("+2", at.ago("PT2H"));
        at.fill().run().run();
        assertEquals(2, at.ids().size());
        at.now = NOW.plusSeconds(7_000);
        at.run();
        assertEquals(1, at.count(Counts.UNANSWERED));
        assertEquals(0, at.count(Counts.UNANSWERED_CUT));
        assertEquals(ceo, at.told().getFirst().recipient());
    }

    @Test
    void givesNoPlaceToAConversationWithoutRecipient() throws SQLException {
        at.parameters = "{\"maxUnanswered\": 1}";
        UUID secretary = at.crm.user(TENANT, "secretary");
        at.crm.assign(TENANT, PHONE, secretary, "2025-01-02T00:00:00Z");
        at.user(PHONE, at.ago("PT3H"));
        at.crm.assign(TENANT, "+2", seller, "2025-01-01T00:00:00Z");
        long second = at.user("+2", at.ago("PT2H"));
        assertEquals(List.of(high(second)), at.fill().run().ids());
        assertEquals(0, at.count(Counts.UNANSWERED_CUT));
    }

    private String high(long first) {
        return "unanswered:" + first + ":high:" + seller;
    }
}
