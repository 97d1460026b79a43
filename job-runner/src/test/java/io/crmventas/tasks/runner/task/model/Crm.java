package io.crmventas.tasks.runner.task.model;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A small CRM in memory: what a test writes into the database, and what the plain Java model reads. */
public final class Crm {
    public record Tenant(
            int id, @Nullable String timezone, @Nullable Instant createdAt) {}

    public record User(
            UUID id,
            @Nullable Integer tenantId,
            String role,
            String status,
            @Nullable String firstName) {}

    public record Message(
            long id,
            @Nullable Integer tenantId,
            String from,
            String role,
            @Nullable Instant at,
            @Nullable UUID assignedSeller,
            @Nullable Instant assignedAt) {}

    public record Lead(
            UUID id,
            int tenantId,
            String phone,
            @Nullable String status,
            @Nullable String source,
            @Nullable UUID assignedSeller,
            @Nullable Instant createdAt,
            @Nullable Instant convertedAt,
            @Nullable Instant statusChangedAt,
            @Nullable Instant updatedAt,
            @Nullable BigDecimal conversionValue,
            @Nullable BigDecimal estimatedValue) {}

    public record FinalStatus(int tenantId, String code) {}

    public record Mute(
            String userId,
            @Nullable Instant until,
            @Nullable String types) {}

    public final List<Tenant> tenants = new ArrayList<>();
    public final List<User> users = new ArrayList<>();
    public final List<Message> messages = new ArrayList<>();
    public final List<Lead> leads = new ArrayList<>();
    public final List<FinalStatus> finalStatuses = new ArrayList<>();
    public final List<Mute> mutes = new ArrayList<>();

    private long ids;

    public int tenant(int id, @Nullable String timezone) {
        tenants.add(new Tenant(id, timezone, Instant.parse("2000-01-01T00:00:00Z")));
        return id;
    }

    public UUID user(@Nullable Integer tenantId, String role) {
        return user(tenantId, role, "active");
    }

    /** Ids ascend, so that a test knows which of two ids is the lower one. */
    public UUID user(@Nullable Integer tenantId, String role, String status) {
        UUID id = new UUID(0x1000_0000_0000_4000L, 0x8000_0000_0000_0000L + ++ids);
        users.add(new User(id, tenantId, role, status, "Ana " + ids));
        return id;
    }

    public long message(@Nullable Integer tenantId, String from, String role, @Nullable String at) {
        return message(tenantId, from, role, at == null ? null : Instant.parse(at), null, null);
    }

    public long message(
            @Nullable Integer tenantId,
            String from,
            String role,
            @Nullable Instant at,
            @Nullable UUID assignedSeller,
            @Nullable Instant assignedAt) {
        messages.add(new Message(++ids, tenantId, from, role, at, assignedSeller, assignedAt));
        return ids;
    }

    /** Adds a system row, as the CRM writes it when it assigns a conversation. */
    public long assign(int tenantId, String from, UUID seller, String at) {
        return message(tenantId, from, "system", Instant.parse(at), seller, Instant.parse(at));
    }

    public Lead lead(Lead lead) {
        leads.add(lead);
        return lead;
    }

    /**
     * Adds a conversation with these messages.
     *
     * @param messages as in {@code user 2026-06-10T08:00:00Z}
     */
    public void talk(int tenantId, String from, @Nullable UUID seller, String... messages) {
        if (seller != null) {
            assign(tenantId, from, seller, "2026-01-01T00:00:00Z");
        }
        for (String message : messages) {
            String[] parts = message.split(" ", 2);
            message(tenantId, from, parts[0], parts[1]);
        }
    }

    /** Adds a lead that has only these values and the defaults of {@link #draft}. */
    public Lead lead(int tenantId, @Nullable String status, @Nullable UUID seller, @Nullable String created) {
        return lead(draft(tenantId, status, seller, created == null ? null : Instant.parse(created)));
    }

    public Lead draft(int tenantId, @Nullable String status, @Nullable UUID seller, @Nullable Instant created) {
        UUID id = new UUID(0x2000_0000_0000_4000L, 0x8000_0000_0000_0000L + ++ids);
        return new Lead(
                id, tenantId, "lead-" + ids, status, "ORGANIC", seller, created, null, null, created, null, null);
    }

    public Lead decided(int tenantId, String status, String decidedAt, @Nullable String value) {
        Lead draft = draft(tenantId, status, null, Instant.parse("2020-01-01T00:00:00Z"));
        return lead(new Lead(
                draft.id(),
                tenantId,
                draft.phone(),
                status,
                "ORGANIC",
                null,
                draft.createdAt(),
                null,
                Instant.parse(decidedAt),
                Instant.parse("2020-01-02T00:00:00Z"),
                value == null ? null : new BigDecimal(value),
                new BigDecimal("7.50")));
    }
}
