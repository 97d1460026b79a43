package io.crmventas.tasks.operator.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Arrays;

/** A histogram of one task. The client library's own is made for many threads and is ten times as large. */
final class Buckets {
    private final double[] bounds;
    private final long[] counts;
    private double sum;

    /** @param bounds ascending; infinity is added */
    Buckets(double... bounds) {
        this.bounds = Arrays.copyOf(bounds, bounds.length + 1);
        this.bounds[bounds.length] = Double.POSITIVE_INFINITY;
        this.counts = new long[this.bounds.length];
    }

    void observe(double value) {
        int bucket = 0;
        while (value > bounds[bucket]) {
            bucket++;
        }
        counts[bucket]++;
        sum += value;
    }

    boolean isEmpty() {
        return Arrays.stream(counts).allMatch(count -> count == 0);
    }

    HistogramDataPointSnapshot snapshot(Labels labels) {
        return HistogramDataPointSnapshot.builder()
                .labels(labels)
                .sum(sum)
                .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds.clone(), counts.clone()))
                .build();
    }
}
