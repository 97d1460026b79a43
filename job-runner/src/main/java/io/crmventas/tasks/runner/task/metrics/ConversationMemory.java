package io.crmventas.tasks.runner.task.metrics;

import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.task.TenantDays;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Figures of every conversation in schema {@code crm_tasks}, kept up to date by reading again only the conversations
 * whose rows changed. Everything here happens in one repeatable-read transaction.
 *
 * <p>How a change is found. A row version names the transaction that wrote it ({@code xmin}). All transactions before
 * the last run's <em>horizon</em>, the oldest one in progress, were over then, so a version from before it was seen, and
 * no such version can appear later. One pass over the table therefore tells the conversations with newer versions. And
 * since old versions can only disappear, by deletion or update, comparing their number with the remembered one tells
 * whether any did, and per conversation, which.
 */
final class ConversationMemory {
    /** More than this, and reading everything is cheaper. */
    private static final int MOST_READ_AGAIN = 20_000;

    private final Connection connection;
    private final ConversationReader reader;
    private final ReadMark mark;

    /**
     * What an update did.
     *
     * @param rebuilt everything was read
     * @param readAgain conversations, when only some were
     */
    record Update(boolean rebuilt, int readAgain) {}

    private ConversationMemory(Connection connection, ConversationReader reader, ReadMark mark) {
        this.connection = connection;
        this.reader = reader;
        this.mark = mark;
    }

    /** Empty when there is no memory, or it is of a later instant than {@code now} and stays as it is. */
    static Optional<Update> update(Connection connection, TenantDays today, Instant now, Duration window)
            throws SQLException {
        if (!ReadMark.usable(connection)) {
            return Optional.empty();
        }
        ReadMark mark = ReadMark.read(connection, window);
        if (mark.knownAt().filter(now::isBefore).isPresent()) {
            return Optional.empty();
        }
        ConversationReader reader = new ConversationReader(connection, today, now, window, mark.ageNow());
        return Optional.of(new ConversationMemory(connection, reader, mark).update());
    }

    private Update update() throws SQLException {
        if (!mark.trusted()) {
            return rebuild();
        }
        Scan scan = Scan.of(connection, mark);
        long lost = mark.settledRows() - scan.settledThen();
        if (lost < 0 || scan.changed().size() > MOST_READ_AGAIN) {
            return rebuild();
        }
        Set<Conversation> again = new LinkedHashSet<>(scan.changed());
        if (lost != 0 && lost != lostIn(scan.changed())) {
            again.addAll(Scan.thinned(connection, mark));
        }
        again.addAll(reader.due());
        if (again.size() > MOST_READ_AGAIN) {
            return rebuild();
        }
        if (!again.isEmpty()) {
            reader.readAgain(List.copyOf(again));
            mark.advance(connection, scan.settledNow(), reader.now());
        }
        return new Update(false, again.size());
    }

    /** Settled versions that these conversations have lost. If it is all of them, no other lost any. */
    private long lostIn(List<Conversation> conversations) throws SQLException {
        return Conversation.bind(Sql.of("""
                        select coalesce(sum(c.settled_rows - (
                          select count(*) from chat_messages m
                          where m.tenant_id = k.tenant_id and m.from_number = k.from_number and age(m.xmin) > :ageThen
                        )), 0)::bigint as lost
                        from %s
                        join crm_tasks.conversations c using (tenant_id, from_number)""".formatted(Conversation.LIST)), conversations)
                .with("ageThen", mark.ageThen())
                .list(connection, row -> row.get("lost", Long.class))
                .getFirst();
    }

    private Update rebuild() throws SQLException {
        mark.advance(connection, reader.readAll(), reader.now());
        return new Update(true, 0);
    }
}
