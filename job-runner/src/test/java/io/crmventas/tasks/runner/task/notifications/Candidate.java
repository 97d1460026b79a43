package io.crmventas.tasks.runner.task.notifications;

import java.util.List;

/** A conversation or lead and its notifications. A cap keeps those with the lowest keys, compared in this order. */
record Candidate(List<Comparable<?>> key, List<ExpectedNotification> copies) implements Comparable<Candidate> {
    @Override
    @SuppressWarnings("unchecked")
    public int compareTo(Candidate other) {
        for (int i = 0; i < key.size(); i++) {
            int order = ((Comparable<Object>) key.get(i)).compareTo(other.key.get(i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }
}
