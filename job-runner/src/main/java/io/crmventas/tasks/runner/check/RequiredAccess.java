package io.crmventas.tasks.runner.check;

import io.crmventas.tasks.contract.TaskType;
import java.util.List;
import java.util.stream.Stream;

/**
 * The access to a table that a task needs. Every run checks it, and {@code grants} prints it for the owner of the tables.
 *
 * @param optional whether a CRM can lack the table; such a table has a question mark in the lists below
 * @param privilege one of select, insert, update and delete
 * @param columns the columns; empty for delete, which is a privilege on the whole table
 */
public record RequiredAccess(String table, boolean optional, String privilege, List<String> columns) {
    private static final String NOTIFICATION_CHECKS = """
            tenants                 select  id timezone created_at
            users                   select  id tenant_id role status first_name last_name
            leads                   select  id tenant_id phone_number first_name last_name status lead_source assigned_seller_id created_at
            lead_statuses?          select  tenant_id code is_final
            chat_messages           select  id tenant_id from_number role created_at assigned_seller_id
            notification_settings?  select  user_id mute_until muted_types
            seller_metrics          select  seller_id tenant_id metrics_period_start metrics_calculated_at avg_response_time_seconds leads_assigned conversion_rate active_conversations
            notifications           select  id
            notifications           insert  id tenant_id type title message priority recipient_id sender_id related_entity_type related_entity_id metadata read created_at expires_at
            """;

    private static final String METRICS_REFRESH = """
            tenants                 select  id timezone created_at
            users                   select  id tenant_id role status
            leads                   select  tenant_id status lead_source assigned_seller_id created_at
            chat_messages           select  id tenant_id from_number role created_at assigned_seller_id assigned_at
            seller_metrics          select  id %1$s
            seller_metrics          insert  %1$s
            seller_metrics          update  %1$s
            """.formatted(
                    "seller_id tenant_id total_conversations active_conversations conversations_assigned_today"
                            + " total_messages_sent total_messages_received avg_response_time_seconds leads_assigned leads_converted"
                            + " conversion_rate prospects_generated prospects_converted total_chat_minutes avg_session_duration_minutes"
                            + " last_activity_at metrics_calculated_at metrics_period_start metrics_period_end");

    private static final String CLEANUP = """
            notifications           select  id tenant_id created_at expires_at
            notifications           delete
            notifications           update  id
            seller_metrics          select  id tenant_id metrics_period_start
            seller_metrics          delete
            seller_metrics          update  id
            chat_sessions?          select  id status last_activity
            chat_sessions?          delete
            chat_sessions?          update  id
            """;

    private static final String DAILY_REPORTS = """
            tenants                 select  id timezone created_at
            users                   select  id tenant_id role status first_name last_name email
            leads                   select  tenant_id status assigned_seller_id created_at updated_at status_changed_at converted_at estimated_value conversion_value
            chat_messages           select  id tenant_id from_number role created_at assigned_seller_id
            notification_settings?  select  user_id mute_until muted_types
            notifications           select  id
            notifications           insert  id tenant_id type title message priority recipient_id sender_id related_entity_type related_entity_id metadata read created_at expires_at
            """;

    static List<RequiredAccess> of(TaskType task) {
        String text = switch (task) {
            case NOTIFICATION_CHECKS -> NOTIFICATION_CHECKS;
            case METRICS_REFRESH -> METRICS_REFRESH;
            case CLEANUP -> CLEANUP;
            case DAILY_REPORTS -> DAILY_REPORTS;
        };
        return text.lines().map(RequiredAccess::parse).toList();
    }

    private static RequiredAccess parse(String line) {
        List<String> words = List.of(line.split(" +"));
        String table = words.getFirst();
        return new RequiredAccess(
                table.replace("?", ""), table.endsWith("?"), words.get(1), words.subList(2, words.size()));
    }

    /**
     * Returns the statements that give a role the access that the tasks need, and nothing more. The search path comes first,
     * because a table of the same name in a schema of another role could otherwise stand in for the CRM's. Each statement
     * runs on every CRM, because it looks for an optional table first. It also runs as an owner of the tables who may not
     * alter the role.
     */
    public static List<String> grants(List<TaskType> tasks, String schema, String role) {
        String pin = "alter role " + quoted(role) + " set search_path = " + quoted(schema) + ", pg_temp";
        return Stream.concat(
                        Stream.of(
                                "grant usage on schema " + quoted(schema) + " to " + quoted(role),
                                "do $grant$ begin " + pin + "; exception when insufficient_privilege then raise warning"
                                        + " '%; run it as the role itself or as a superuser: %', sqlerrm, '"
                                        + pin.replace("'", "''") + "'; end $grant$"),
                        tasks.stream()
                                .flatMap(task -> of(task).stream())
                                .distinct()
                                .map(need -> need.grant(schema, role)))
                .toList();
    }

    private String grant(String schema, String role) {
        String qualified = quoted(schema) + "." + table;
        String list = columns.isEmpty() ? "" : " (" + String.join(", ", columns) + ")";
        String grant = "grant " + privilege + list + " on " + qualified + " to " + quoted(role);
        return optional
                ? "do $grant$ begin if to_regclass('" + qualified.replace("'", "''") + "') is not null then " + grant
                        + "; end if; end $grant$"
                : grant;
    }

    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
