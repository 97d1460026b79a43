package io.crmventas.tasks.runner.task;

import io.crmventas.tasks.runner.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * The words of the CRM's data contract as pieces of SQL, each defined here and nowhere else. Pieces that speak of
 * time use the parameter {@code :now}.
 *
 * @param statusTable the CRM has {@code lead_statuses}
 * @param muteTable the CRM has {@code notification_settings}
 * @param lowerCasing collation whose rules lower-case a status
 */
public record Words(boolean statusTable, boolean muteTable, String lowerCasing) {
    /** Predicate on {@code chat_messages m}: a message that exists at {@code :now}. */
    public static final String MESSAGE = "m.role in ('user', 'assistant') and m.created_at <= :now";

    /** {@code sellers (seller_id, tenant_id, role)}: who may be told and measured, CEOs included. */
    public static final String SELLERS = """
            sellers (seller_id, tenant_id, role) as (
              select id, tenant_id, role from users
              where status = 'active' and role in ('setter', 'closer', 'professional', 'ceo') and tenant_id is not null
            )""";

    /** {@code ceos (ceo_id, tenant_id)}; needs {@link #SELLERS}. */
    public static final String CEOS = """
            ceos (ceo_id, tenant_id) as (select seller_id, tenant_id from sellers where role = 'ceo')""";

    /** Predicate on {@code chat_messages m}: a row that exists at {@code :now} and names an assigned seller. */
    public static final String STAMPED = "m.assigned_seller_id is not null and m.created_at <= :now";

    private static final String NEWEST_FIRST = "m.created_at desc, m.id desc";

    /**
     * Aggregate over the rows {@code m} of one conversation up to {@code :now}: when the newest of those that name a
     * seller was written.
     */
    public static final String STAMPED_AT = "max(m.created_at) filter (where m.assigned_seller_id is not null)";

    /**
     * {@code conversation_sellers (tenant_id, from_number, seller_id)}: the assigned seller of every conversation that
     * has one, in one pass over all messages; whether he is a seller is another question. For a few conversations
     * {@link #assignedSeller} is cheaper.
     */
    public static final String CONVERSATION_SELLERS = """
            conversation_sellers (tenant_id, from_number, seller_id) as materialized (
              select c.tenant_id, c.from_number, stamped.seller_id
              from (
                select m.tenant_id, m.from_number, max(m.created_at) as stamped_at from chat_messages m
                where m.tenant_id in (select tenant_id from tenant_days) and %s
                group by m.tenant_id, m.from_number
              ) c
              cross join lateral %s stamped
            )""".formatted(STAMPED, stampedSeller("c"));

    /** Looks which optional tables there are, and says in the report what their absence means. */
    public static Words read(Connection connection, Outcome outcome) throws SQLException {
        boolean statusTable = tableExists(connection, "lead_statuses");
        boolean muteTable = tableExists(connection, "notification_settings");
        if (!statusTable) {
            outcome.warn("The CRM has no table lead_statuses: only the built-in words close a lead");
        }
        if (!muteTable) {
            outcome.warn("The CRM has no table notification_settings: nobody is muted");
        }
        return new Words(statusTable, muteTable, Statuses.lowerCasing(connection));
    }

    /** Seen as the session's search path shows it, as every statement of ours does. */
    public static boolean tableExists(Connection connection, String table) throws SQLException {
        List<Boolean> found = Sql.of("select to_regclass(:name) is not null as found")
                .with("name", table)
                .list(connection, row -> row.get("found", Boolean.class));
        return found.getFirst();
    }

    /** {@code final_statuses (tenant_id, code)}, lower-cased: the statuses that a tenant calls final. */
    public String finalStatuses() {
        return Statuses.finalStatuses(statusTable, lowerCasing);
    }

    /**
     * Expression: {@code 'new'}, {@code 'contacted'}, {@code 'qualified'} (these three are open), {@code 'won'},
     * {@code 'lost'}, {@code 'removed'}, {@code 'final'} (these four are closed), or null, which is neither. Needs
     * {@link #finalStatuses}.
     *
     * @param lead alias of the table in the statement
     */
    public String statusGroup(String lead) {
        return Statuses.group(lead, lowerCasing);
    }

    /** Predicate on a {@link #statusGroup}; never null. */
    public static String open(String group) {
        return "coalesce(" + group + " in ('new', 'contacted', 'qualified'), false)";
    }

    /** Predicate on a {@link #statusGroup}; never null. */
    public static String closed(String group) {
        return "coalesce(" + group + " in ('won', 'lost', 'removed', 'final'), false)";
    }

    /**
     * Subquery of one row at most, {@code (seller_id)}: the assigned seller of one conversation, by the index.
     *
     * @param conversation alias with {@code tenant_id} and {@code from_number}
     */
    public static String assignedSeller(String conversation) {
        return newest("m.assigned_seller_id as seller_id", conversation, STAMPED);
    }

    /** The same where the time of its newest {@link #STAMPED} row is known: the index leads straight to it. */
    public static String assignedSeller(String conversation, String stampedAt) {
        return newest("m.assigned_seller_id as seller_id", conversation, STAMPED + " and m.created_at = " + stampedAt);
    }

    /**
     * Subquery of one row, {@code (seller_id)}: the same without reading back, where {@link #STAMPED_AT} is known.
     *
     * @param conversation alias with {@code tenant_id}, {@code from_number} and {@code stamped_at}, which is not null
     */
    public static String stampedSeller(String conversation) {
        return """
                (select m.assigned_seller_id as seller_id from chat_messages m
                 where %s and m.created_at = %s.stamped_at and m.assigned_seller_id is not null
                 order by m.id desc limit 1)""".formatted(of(conversation), conversation);
    }

    /** Subquery of one row at most, {@code (id, role, created_at)}: the newest message of one conversation. */
    public static String newestMessage(String conversation) {
        return newest("m.id, m.role, m.created_at", conversation, MESSAGE);
    }

    /** The same where its time is known. */
    public static String newestMessage(String conversation, String newestAt) {
        return newest("m.id, m.role, m.created_at", conversation, MESSAGE + " and m.created_at = " + newestAt);
    }

    /**
     * Subquery of one row at most, {@code (id, created_at)}: the first message of the unanswered streak in which one
     * conversation ends, however old; no row when it ends otherwise.
     */
    public static String unansweredStreak(String conversation) {
        return """
                (select first.id, first.created_at
                 from %1$s newest
                 left join lateral (
                   select m.id, m.created_at from chat_messages m
                   where %2$s and m.role = 'assistant' and m.created_at <= :now order by %3$s limit 1
                 ) answer on true
                 cross join lateral (
                   select m.id, m.created_at from chat_messages m
                   where %2$s and m.role = 'user' and m.created_at <= :now
                     and m.created_at >= coalesce(answer.created_at, '-infinity')
                     and (answer.id is null or m.created_at > answer.created_at or m.id > answer.id)
                   order by m.created_at, m.id limit 1
                 ) first
                 where newest.role = 'user')""".formatted(newestMessage(conversation), of(conversation), NEWEST_FIRST);
    }

    /**
     * Join condition: this lead is the one of this conversation. A lead from after {@code :now} does not exist yet,
     * one without time does.
     */
    public static String leadOf(String lead, String conversation) {
        return "%1$s.tenant_id = %2$s.tenant_id and %1$s.phone_number = %2$s.from_number".formatted(lead, conversation)
                + " and coalesce(" + lead + ".created_at <= :now, true)";
    }

    /** Predicate, never null: the user wants no notification of this type. */
    public String muted(String userId, String type) {
        return muteTable ? """
                exists (select from notification_settings wish where wish.user_id::text = %s::text
                  and (wish.mute_until > :now
                    or jsonb_typeof(wish.muted_types) = 'array' and wish.muted_types @> to_jsonb('%s'::text)))""".formatted(userId, type) : "false";
    }

    private static String newest(String columns, String conversation, String which) {
        return """
                (select %s from chat_messages m
                 where %s and %s order by %s limit 1)""".formatted(columns, of(conversation), which, NEWEST_FIRST);
    }

    private static String of(String conversation) {
        return "m.tenant_id = %1$s.tenant_id and m.from_number = %1$s.from_number".formatted(conversation);
    }
}
