/** What outlives a pod: each run's end in {@code crm_tasks.task_runs}. */
@NullMarked
package io.crmventas.tasks.runner.trace;

import org.jspecify.annotations.NullMarked;
