/** The schema of our own, {@code crm_tasks}. */
@NullMarked
package io.crmventas.tasks.runner.migrate;

import org.jspecify.annotations.NullMarked;
