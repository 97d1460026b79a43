package io.crmventas.tasks.runner.task.metrics;

import io.crmventas.tasks.runner.sql.Sql;
import io.crmventas.tasks.runner.task.model.CrmDatabase;
import io.crmventas.tasks.runner.task.model.RandomCrm;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What a CRM, its owners and bad luck do between two runs; the same seed does the same. */
final class Upheaval implements AutoCloseable {
    /** Picks one row by the dice in {@code :dice}. */
    private static final String ANY = "(select id from chat_messages order by md5(id::text || :dice) limit 1)";

    private static final List<String> EDITS = List.of(
            // The CRM stamps the rows of a conversation when it assigns.
            """
            update chat_messages m set assigned_seller_id = (select id from users order by md5(id::text || :dice) limit 1),
              assigned_at = :now::timestamptz - interval '3 minutes'
            from chat_messages a where a.id = %s and m.tenant_id = a.tenant_id and m.from_number = a.from_number""",
            "update chat_messages set assigned_seller_id = null where id = %s",
            "update chat_messages set assigned_at = :now::timestamptz + interval '2 hours' where id = %s",
            "update chat_messages set created_at = created_at + interval '90 minutes' where id = %s",
            "update chat_messages set role = case role when 'user' then 'assistant' else 'user' end where id = %s",
            "update chat_messages set from_number = '+1' where id = %s",
            "update chat_messages set tenant_id = case when tenant_id = 1 then 2 else 1 end where id = %s",
            "update chat_messages set tenant_id = null where id = %s",
            "update chat_messages set content = 'seen' where id = %s",
            "delete from chat_messages where id = %s",
            """
            delete from chat_messages m using chat_messages a
            where a.id = %s and m.tenant_id = a.tenant_id and m.from_number = a.from_number""");

    private static final List<String> SURROUNDINGS = List.of(
            "update tenants set timezone = 'Asia/Tokyo' where id = 1 + length(:dice) % 4 and :now::timestamptz is not null",
            "update tenants set timezone = 'America/Havana' where id = 1 + length(:dice) % 4 and :now::timestamptz is not null",
            "update leads set status = 'won' where md5(id::text || :dice) < '3' and :now::timestamptz is not null",
            "update users set status = 'suspended' where md5(id::text || :dice) < '2' and :now::timestamptz is not null",
            "update users set status = 'active' where md5(id::text || :dice) < '8' and :now::timestamptz is not null",
            "insert into tenants (id, bot_phone_number, clinic_name) select 77, 'bot77', :dice where :now::timestamptz is not null"
                    + " on conflict do nothing");

    private static final List<String> MISFORTUNES = List.of(
            "vacuum freeze chat_messages",
            "vacuum full chat_messages",
            "truncate crm_tasks.conversations",
            "delete from crm_tasks.conversations where sent = 0",
            "delete from crm_tasks.conversations_read",
            "update crm_tasks.conversations_read set system_identifier = 1",
            "update crm_tasks.conversations_read set horizon = '4000000000'");

    private final Random random;
    private final Connection connection;
    private final Connection slow;
    private final List<String> log = new ArrayList<>();

    Upheaval(long seed, RandomCrm.Sample sample, Connection connection, Connection slow) throws SQLException {
        this.random = new Random(seed * 31 + sample.crm().messages.size());
        this.connection = connection;
        this.slow = slow;
        slow.setAutoCommit(false);
        Sql.of("select setval(pg_get_serial_sequence('chat_messages', 'id'), 1000000)")
                .list(connection, row -> row);
    }

    /** What was done since the run before. */
    String story() {
        return String.join("; ", log);
    }

    /** Does a few things, and says when the next run is. */
    Instant next(Instant before) throws SQLException {
        log.clear();
        Instant now = before.plus(step());
        for (int i = random.nextInt(5); i > 0; i--) {
            connection.setAutoCommit(true);
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> insert(connection, now);
                case 3 -> insert(slow, now);
                case 4 -> finishSlow();
                case 5, 6, 7 -> apply(pick(EDITS).formatted(ANY), now);
                case 8 -> apply(pick(SURROUNDINGS), now);
                default -> misfortune();
            }
        }
        return now;
    }

    private Duration step() {
        return switch (random.nextInt(8)) {
            case 0 -> Duration.ZERO;
            case 1 -> Duration.ofMinutes(-70);
            case 2 -> Duration.ofHours(5);
            case 3 -> Duration.ofHours(26);
            case 4 -> random.nextInt(4) == 0 ? Duration.ofDays(29) : Duration.ofNanos(1_000);
            default -> Duration.ofSeconds(random.nextInt(1_200));
        };
    }

    /** Old ones too, and some that are not written yet; their ids are given before they are committed. */
    private void insert(Connection session, Instant now) throws SQLException {
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            long seconds = random.nextInt(4) == 0 ? random.nextInt(40 * 86_400) : random.nextInt(9_000) - 1_000;
            Sql.of("""
                            insert into chat_messages (tenant_id, from_number, role, content, created_at, assigned_seller_id, assigned_at)
                            values (:tenant, :number, :role, '', :at, (select id from users where :assigned order by md5(id::text || :dice) limit 1), :at)""")
                    .with("tenant", random.nextInt(12) == 0 ? 77 : 1 + random.nextInt(4))
                    .with("number", pick(List.of("+11", "+12", "+21", "ñandú1", "new")))
                    .with("role", pick(List.of("user", "user", "assistant", "system")))
                    .with("at", now.minusSeconds(seconds))
                    .with("assigned", random.nextInt(3) == 0)
                    .with("dice", dice())
                    .update(session);
        }
        log.add(session.equals(slow) ? "inserted without commit" : "inserted");
    }

    private void finishSlow() throws SQLException {
        if (random.nextInt(3) == 0) {
            slow.rollback();
        } else {
            slow.commit();
        }
        log.add("ended the open transaction");
    }

    private void apply(String statement, Instant now) throws SQLException {
        Sql.of(statement).with("dice", dice()).with("now", now).update(connection);
        log.add(statement);
    }

    private void misfortune() throws SQLException {
        String statement = pick(MISFORTUNES);
        if (statement.startsWith("vacuum full")) {
            slow.rollback();
        }
        CrmDatabase.execute(connection, statement);
        log.add(statement);
    }

    private String dice() {
        return "x".repeat(random.nextInt(9)) + random.nextInt();
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    @Override
    public void close() throws SQLException {
        slow.rollback();
        slow.close();
    }
}
