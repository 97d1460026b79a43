package io.crmventas.tasks.operator.metrics;

import io.crmventas.tasks.operator.config.RunnerSettings;
import io.crmventas.tasks.operator.status.StatusChange;
import io.crmventas.tasks.operator.view.OperatorView;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmRuntimeInfoMetric;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What Prometheus scrapes. */
public final class OperatorMetrics {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final ExpositionFormats formats = ExpositionFormats.init();
    private final RunTallies tallies = new RunTallies();

    /**
     * @param operator is asked at every scrape
     * @param configuration a word that changes with the operator's settings
     */
    public OperatorMetrics(Supplier<OperatorView> operator, RunnerSettings runner, String configuration, Clock clock) {
        registry.register(new ScrapeCollector(operator, tallies, runner, configuration, clock));
        ProcessMetrics.builder().register(registry);
        JvmMemoryMetrics.builder().register(registry);
        JvmGarbageCollectorMetrics.builder().register(registry);
        JvmThreadsMetrics.builder().register(registry);
        JvmRuntimeInfoMetric.builder().register(registry);
    }

    /** Counts the runs that a status was written for. */
    public void hear(StatusChange change) {
        tallies.hear(change);
    }

    public void tell(Deliveries deliveries) {
        registry.register(deliveries.counter());
    }

    /** The format that suits the header best; Prometheus' plain text when there is none. */
    public Exposition exposition(@Nullable String accept) {
        return new Exposition(formats.findWriter(accept), registry);
    }

    /** One scrape that can be written. */
    public record Exposition(ExpositionFormatWriter writer, PrometheusRegistry registry) {
        public String contentType() {
            return writer.getContentType();
        }

        public void writeTo(OutputStream out) throws IOException {
            writer.write(out, registry.scrape());
        }
    }
}
