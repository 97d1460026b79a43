package io.crmventas.tasks.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CountsTest {
    @Test
    void everyCountBelongsToATask() throws IllegalAccessException {
        Set<String> all = new HashSet<>();
        for (Field constant : Counts.class.getFields()) {
            all.add(String.valueOf(constant.get(null)));
        }
        assertEquals(
                all,
                Arrays.stream(TaskType.values())
                        .flatMap(task -> Counts.of(task).stream())
                        .collect(Collectors.toSet()));
    }
}
