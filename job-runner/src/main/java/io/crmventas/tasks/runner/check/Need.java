package io.crmventas.tasks.runner.check;

import java.util.List;

/**
 * A right that a task must have on a table.
 *
 * @param optional the CRM may lack the table as a whole; what is there must be usable
 * @param privilege select, insert, update or delete
 * @param columns empty for delete, which goes by the table
 */
record Need(String table, boolean optional, String privilege, List<String> columns) {}
