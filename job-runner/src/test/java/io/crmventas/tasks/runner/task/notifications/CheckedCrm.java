package io.crmventas.tasks.runner.task.notifications;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.crmventas.tasks.contract.TaskType;
import io.crmventas.tasks.runner.settings.Settings;
import io.crmventas.tasks.runner.sql.Row;
import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.sql.Transactions;
import io.crmventas.tasks.runner.task.Outcome;
import io.crmventas.tasks.runner.task.Shard;
import io.crmventas.tasks.runner.task.Steps;
import io.crmventas.tasks.runner.task.TaskRun;
import io.crmventas.tasks.runner.task.model.Crm;
import io.crmventas.tasks.runner.task.model.CrmDatabase;
import io.crmventas.tasks.runner.task.model.TaskTrial;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A CRM with one tenant, at noon in UTC. The real task checks it in a real database. */
final class CheckedCrm {
    static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");
    static final int TENANT = 7;
    static final String PHONE = "+5491155550101";
    /** Decimals keep their digits: 4.00 is not 4.0. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    final Crm crm = new Crm();
    final Connection connection;
    Instant now = NOW;
    String parameters = "{}";
    Outcome outcome = new Outcome();
    Steps steps = new Steps();

    CheckedCrm(Connection connection) {
        this.connection = connection;
        crm.tenant(TENANT, "UTC");
    }

    /** A row of {@code notifications}. */
    record StoredNotification(
            String id,
            int tenantId,
            String type,
            String title,
            String message,
            String priority,
            UUID recipient,
            @Nullable UUID sender,
            @Nullable String relatedType,
            @Nullable String relatedId,
            JsonNode metadata,
            boolean read,
            Instant createdAt,
            @Nullable Instant expiresAt) {}

    /** Returns the instant this long before now. One hour is {@code PT1H}. */
    String ago(String iso) {
        return now.minus(Duration.parse(iso)).toString();
    }

    /** Returns an earlier instant. A microsecond is the smallest step of the database's clock. */
    String ago(String iso, int microsEarlier) {
        return now.minus(Duration.parse(iso)).minusNanos(microsEarlier * 1_000L).toString();
    }

    long user(String phone, String at) {
        return crm.message(TENANT, phone, "user", at);
    }

    long assistant(String phone, String at) {
        return crm.message(TENANT, phone, "assistant", at);
    }

    UUID lead(
            String phone,
            @Nullable String status,
            @Nullable UUID seller,
            @Nullable String source,
            @Nullable String createdAt) {
        Crm.Lead draft = crm.draft(TENANT, status, seller, createdAt == null ? null : Instant.parse(createdAt));
        crm.lead(new Crm.Lead(
                draft.id(),
                TENANT,
                phone,
                status,
                source,
                seller,
                draft.createdAt(),
                null,
                null,
                draft.createdAt(),
                null,
                null));
        return draft.id();
    }

    CheckedCrm fill() throws SQLException {
        CrmDatabase.fill(connection, crm);
        return this;
    }

    CheckedCrm metrics(
            UUID seller,
            Instant periodStart,
            Instant calculatedAt,
            @Nullable Integer responseSeconds,
            @Nullable String conversionRate,
            int leads,
            @Nullable Integer active)
            throws SQLException {
        connection.setAutoCommit(true);
        Sql.of("""
                insert into seller_metrics (seller_id, tenant_id, metrics_period_start, metrics_period_end,
                  metrics_calculated_at, avg_response_time_seconds, conversion_rate, leads_assigned,
                  active_conversations)
                values (:seller, :tenant, :start, :calculated, :calculated, :response::int, :rate::numeric, :leads,
                  :active::int)""")
                .with("seller", seller)
                .with("tenant", TENANT)
                .with("start", periodStart)
                .with("calculated", calculatedAt)
                .with("response", responseSeconds)
                .with("rate", conversionRate == null ? null : new BigDecimal(conversionRate))
                .with("leads", leads)
                .with("active", active)
                .update(connection);
        return this;
    }

    /** Runs the task once. {@link #outcome} and {@link #steps} hold what the run did. */
    CheckedCrm run() throws SQLException {
        return run(connection, false);
    }

    CheckedCrm run(Connection session, boolean dryRun) throws SQLException {
        outcome = new Outcome();
        steps = new Steps();
        task(parameters)
                .run(new TaskRun(
                        now,
                        Shard.WHOLE,
                        new Transactions(session, dryRun, _ -> true),
                        steps,
                        outcome,
                        TaskTrial.absentTables(session, TaskType.NOTIFICATION_CHECKS)));
        return this;
    }

    private @Nullable Future<CheckedCrm> running;

    /** Starts a run in another thread, and returns when a lock of the test blocks it. */
    void startAndWaitUntilBlocked(Class<?> test) throws SQLException {
        int session = Sql.of("select pg_backend_pid() as pid")
                .list(connection, row -> row.get("pid", Integer.class))
                .getFirst();
        FutureTask<CheckedCrm> task = new FutureTask<>(this::run);
        running = task;
        Thread.ofVirtual().start(task);
        try (Connection observer = CrmDatabase.another(test)) {
            Instant deadline = Instant.now().plusSeconds(30);
            while (!blocked(observer, session)) {
                if (Instant.now().isAfter(deadline) || task.isDone()) {
                    throw new AssertionError("the run was never blocked");
                }
                Thread.onSpinWait();
            }
        }
    }

    void finish() throws ExecutionException, InterruptedException, TimeoutException {
        Objects.requireNonNull(running).get(30, TimeUnit.SECONDS);
    }

    private static boolean blocked(Connection observer, int session) throws SQLException {
        return Sql.of("select cardinality(pg_blocking_pids(:pid)) > 0 as blocked")
                .with("pid", session)
                .list(observer, row -> row.get("blocked", Boolean.class))
                .getFirst();
    }

    List<StoredNotification> notifications() throws SQLException {
        return Sql.of("select * from notifications order by id collate \"C\"").list(connection, CheckedCrm::stored);
    }

    List<String> ids() throws SQLException {
        return notifications().stream().map(StoredNotification::id).toList();
    }

    StoredNotification onlyNotification() throws SQLException {
        List<StoredNotification> notifications = notifications();
        if (notifications.size() != 1) {
            throw new AssertionError("expected one notification, there are " + notifications);
        }
        return notifications.getFirst();
    }

    long count(String name) {
        Long count = outcome.counts().get(name);
        if (count == null) {
            throw new AssertionError(name + " is not in " + outcome.counts());
        }
        return count;
    }

    static NotificationChecks task(String parameters) {
        return NotificationChecks.read(Settings.ofParameters(parameters));
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }

    private static StoredNotification stored(Row row) throws SQLException {
        return new StoredNotification(
                row.get("id", String.class),
                row.get("tenant_id", Integer.class),
                row.get("type", String.class),
                row.get("title", String.class),
                row.get("message", String.class),
                row.get("priority", String.class),
                row.get("recipient_id", UUID.class),
                row.find("sender_id", UUID.class),
                row.find("related_entity_type", String.class),
                row.find("related_entity_id", String.class),
                json(row.get("metadata", String.class)),
                row.get("read", Boolean.class),
                row.get("created_at", Instant.class),
                row.find("expires_at", Instant.class));
    }
}
