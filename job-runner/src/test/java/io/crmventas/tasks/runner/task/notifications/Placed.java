package io.crmventas.tasks.runner.task.notifications;

import java.util.List;

/** What competes for a place under a cap, by its keys in this order. */
record Placed(List<Comparable<?>> key, List<ExpectedNotification> copies) implements Comparable<Placed> {
    @Override
    @SuppressWarnings("unchecked")
    public int compareTo(Placed other) {
        for (int i = 0; i < key.size(); i++) {
            int order = ((Comparable<Object>) key.get(i)).compareTo(other.key.get(i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }
}
