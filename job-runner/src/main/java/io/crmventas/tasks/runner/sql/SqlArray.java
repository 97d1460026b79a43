package io.crmventas.tasks.runner.sql;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One column of rows that Java hands to a statement: {@code unnest(:ids::text[], …)}.
 *
 * @param type element type in SQL, such as {@code timestamptz}
 */
public record SqlArray(String type, List<? extends @Nullable Object> values) {
    /** The column of {@code rows} that {@code value} reads. */
    public static <R> SqlArray of(String type, Collection<R> rows, Function<R, ? extends @Nullable Object> value) {
        List<@Nullable Object> values = new ArrayList<>(rows.size());
        for (R row : rows) {
            values.add(value.apply(row));
        }
        return new SqlArray(type, values);
    }
}
